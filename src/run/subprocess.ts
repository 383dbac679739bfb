import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

import { type Result } from '../types.js';
import { type Output } from './result.js';
import { signalNumber } from './signals.js';

/** What a subprocess does with the run behind it. */
export interface RunControl {
  signal(signal: number): boolean;
  cancel(): void;
  ref(): void;
  unref(): void;
}

type Settled = { readonly result: Result<Output> } | { readonly error: Error };

/**
 * A run in progress, with the streams and events of Node's `ChildProcess`. It can be awaited for its `Result`, and `for await` gives
 * the lines of stdout.
 */
export class Subprocess extends EventEmitter implements PromiseLike<Result<Output>>, AsyncDisposable {
  /** Undefined until the program was executed: `spawn` is emitted then. */
  pid: number | undefined;
  exitCode: number | null = null;
  signalCode: NodeJS.Signals | null = null;
  killed = false;
  readonly connected = false;
  readonly spawnfile: string;
  readonly spawnargs: readonly string[];
  stdin: Socket | null = null;
  stdout: Socket | null = null;
  stderr: Socket | null = null;
  #control: RunControl | undefined;
  #early: number | undefined;
  #settled: Settled | undefined;
  #promise: Promise<Result<Output>> | undefined;
  #settle: ((settled: Settled) => void) | undefined;

  constructor(argv: readonly string[]) {
    super();
    this.spawnfile = argv[0] ?? '';
    this.spawnargs = argv;
  }

  get stdio(): readonly [Socket | null, Socket | null, Socket | null] {
    return [this.stdin, this.stdout, this.stderr];
  }

  /** Made when it is first asked for, so that a caller who listens to events only has no rejection to handle. */
  get result(): Promise<Result<Output>> {
    this.#promise ??= new Promise((resolve, reject) => {
      const settle = (settled: Settled): void => {
        if ('result' in settled) resolve(settled.result);
        else reject(settled.error);
      };
      if (this.#settled === undefined) this.#settle = settle;
      else settle(this.#settled);
    });
    return this.#promise;
  }

  then<Fulfilled = Result<Output>, Rejected = never>(
    onfulfilled?: ((result: Result<Output>) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onrejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.result.then(onfulfilled, onrejected);
  }

  catch<Rejected = never>(
    onrejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Result<Output> | Rejected> {
    return this.result.catch(onrejected);
  }

  finally(onfinally?: (() => void) | null): Promise<Result<Output>> {
    return this.result.finally(onfinally);
  }

  /** Sends a signal to the main process, SIGTERM unless given. Everything else of the run ends when that one does. */
  kill(signal: NodeJS.Signals | number = 'SIGTERM'): boolean {
    const number = signalNumber(signal);
    if (number === undefined) throw new TypeError(`Unknown signal: ${signal}`);
    if (this.#settled !== undefined || this.#hasExited()) return false;
    if (this.pid === undefined) {
      // It is sent as soon as there is somebody to receive it.
      this.#early = number;
      this.killed = number !== 0;
      return true;
    }
    const sent = this.#control?.signal(number) ?? false;
    if (sent && number !== 0) this.killed = true;
    return sent;
  }

  ref(): void {
    this.#control?.ref();
    for (const stream of this.stdio) stream?.ref();
  }

  unref(): void {
    this.#control?.unref();
    for (const stream of this.stdio) stream?.unref();
  }

  /** The lines of stdout. Fails when the run could not start. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    if (this.stdout === null) return;
    // Loaded when it is used, as node:net is.
    const { createInterface } = process.getBuiltinModule('node:readline');
    for await (const line of createInterface({ input: this.stdout, crlfDelay: Infinity })) yield line;
    await this.result;
  }

  /** Ends the run if it has not ended, and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#settled === undefined) this.#control?.cancel();
    await this.result.then(
      () => undefined,
      () => undefined,
    );
  }

  #hasExited(): boolean {
    return this.exitCode !== null || this.signalCode !== null;
  }

  /** @internal */
  attach(control: RunControl): void {
    this.#control = control;
  }

  /** @internal The program was executed. */
  announce(pid: number): void {
    this.pid = pid;
    if (this.#early !== undefined) this.#control?.signal(this.#early);
    this.emit('spawn');
  }

  /** @internal The run has ended and its streams are still being read. */
  finish(result: Result<Output>): void {
    this.exitCode = result.exitCode ?? null;
    this.signalCode = result.signal ?? null;
    this.emit('exit', this.exitCode, this.signalCode);
    const streams = [this.stdout, this.stderr].filter((stream) => stream !== null && !stream.closed);
    let open = streams.length;
    const close = (): void => {
      this.emit('close', this.exitCode, this.signalCode);
    };
    if (open === 0) close();
    for (const stream of streams) {
      stream?.once('close', () => {
        if (--open === 0) close();
      });
    }
  }

  /** @internal */
  settle(settled: Settled): void {
    this.#settled = settled;
    this.#settle?.(settled);
  }

  /** @internal Nothing of the command ran. */
  fail(error: Error): void {
    for (const stream of this.stdio) stream?.destroy();
    this.settle({ error });
    // Without a listener and without anybody who awaits, an error must not pass in silence; EventEmitter throws it then.
    if (this.listenerCount('error') > 0 || this.#promise === undefined) this.emit('error', error);
  }
}
