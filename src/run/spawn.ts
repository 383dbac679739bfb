import { type ObservedRun } from '../audit/event.js';
import { type Outcome } from '../native/outcome.js';
import { toLaunchError } from '../native/failure.js';
import { nativeBinding } from '../native/load.js';
import { type NativeRun, type RunRequest } from '../native/start.js';
import { type RunOptions } from '../types.js';
import { isStale, makeRequest, start } from './attempt.js';
import { inputStream, outputStream } from './pipe_stream.js';
import { factsHold } from './path_facts.js';
import { alwaysStale, type Prepared, type ProfileKey } from './prepare.js';
import { ProtectedGuard } from './protected_guard.js';
import { type Watch } from './denials/kernel_log.js';
import { refusedTo } from './denials/refused.js';
import { makeResult, neverStarted } from './result.js';
import { RunError } from './run_error.js';
import { observed, type Session } from './session.js';
import { connect, feed } from './stdio.js';
import { Subprocess } from './subprocess.js';

/** One streamed run: the subprocess that the caller holds, and what ends it. */
class StreamedRun {
  readonly subprocess: Subprocess;
  readonly #session: Session;
  readonly #prepared: Prepared;
  readonly #argv: readonly string[];
  readonly #options: RunOptions;
  readonly #runId = nativeBinding().uuid();
  readonly #observed: ObservedRun;
  readonly #guard: ProtectedGuard | undefined;
  #watch: Watch | undefined;
  #outputBytes = 0;
  #stop: (() => void) | undefined;
  #stopped = false;

  constructor(session: Session, prepared: Prepared, argv: readonly string[], options: RunOptions) {
    this.subprocess = new Subprocess(argv);
    this.#session = session;
    this.#prepared = prepared;
    this.#argv = argv;
    this.#options = options;
    this.#observed = observed(this.#runId, argv, prepared);
    this.#guard = prepared.guard === undefined ? undefined : new ProtectedGuard(prepared.guard, this.#runId);
  }

  /** Starts at once, so that the streams are there when `spawn` returns. */
  launch(): void {
    this.#session.observer?.start(this.#observed);
    try {
      this.#launch();
    } catch (error) {
      this.#session.observer?.fail(this.#observed, error);
      throw error;
    }
  }

  #launch(): void {
    const { subprocess } = this;
    const connections = connect(this.#options, 'pipe');
    const announce = (pid: number): void => {
      subprocess.announce(pid);
    };
    const request = makeRequest(
      this.#session,
      this.#prepared,
      this.#argv,
      this.#options,
      connections,
      announce,
    );
    const run = this.#start(request);
    this.#stop = () => {
      run.kill();
    };
    subprocess.attach({
      signal: (signal) => run.signal(signal),
      cancel: this.#stop,
      ref: () => {
        run.ref();
      },
      unref: () => {
        run.unref();
      },
    });
    this.#openStreams(run.fds, connections.source);
  }

  #start(request: RunRequest): NativeRun {
    try {
      this.#watch = this.#prepared.kernelLog?.watch();
      this.#guard?.begin();
      return start(this.#session, this.#prepared, request, this.#options.signal, (outcome) => {
        void this.#end(outcome);
      });
    } catch (error) {
      this.#watch?.cancel();
      void this.#guard?.end(false);
      throw error;
    }
  }

  #openStreams(
    descriptors: readonly [number, number, number],
    source: NodeJS.ReadableStream | undefined,
  ): void {
    const admit = (bytes: number): number => this.#admitOutput(bytes);
    const [stdin, stdout, stderr] = descriptors;
    const { subprocess } = this;
    if (stdin >= 0) subprocess.stdin = inputStream(stdin);
    if (stdout >= 0) subprocess.stdout = outputStream(stdout, admit);
    if (stderr >= 0) subprocess.stderr = outputStream(stderr, admit);
    if (source !== undefined && subprocess.stdin !== null) feed(source, subprocess.stdin);
  }

  /** Counts output against the limit. What is beyond it is dropped, and the run is ended. */
  #admitOutput(bytes: number): number {
    const most = this.#prepared.policy.limits.outputBytes;
    if (most === undefined) return bytes;
    const left = Math.max(0, most - this.#outputBytes);
    this.#outputBytes += bytes;
    if (bytes > left && !this.#stopped) {
      this.#stopped = true;
      this.#stop?.();
    }
    return Math.min(bytes, left);
  }

  async #end(outcome: Outcome): Promise<void> {
    const ran = outcome !== neverStarted && outcome.failure === undefined && !isStale(outcome);
    const violations = (await this.#guard?.end(ran)) ?? [];
    const watch = this.#watch;
    const refused = watch === undefined ? undefined : await refusedTo(watch, outcome, this.#prepared);
    if (isStale(outcome)) {
      this.#fail(alwaysStale(this.#argv[0] ?? '', outcome.failure?.path ?? ''));
      return;
    }
    if (outcome.failure !== undefined) {
      const cwd = this.#options.cwd ?? this.#prepared.policy.workspace;
      this.#fail(toLaunchError(outcome.failure, { command: this.#argv[0] ?? '', cwd }));
      return;
    }
    // The addon was told to cancel; why is known here.
    const reason = this.#stopped && outcome.reason === 'canceled' ? 'output' : outcome.reason;
    const encoding = this.#options.encoding ?? 'utf8';
    const result = makeResult(
      this.#argv,
      this.#prepared,
      { ...outcome, reason },
      this.#runId,
      encoding,
      violations,
      refused,
    );
    const failed = this.#options.throwOnError === true && result.verdict !== 'ok';
    const unrecorded = this.#tell(() => this.#session.observer?.end(this.#observed, result));
    const error = unrecorded ?? (failed ? new RunError(result) : undefined);
    this.subprocess.settle(error === undefined ? { result } : { error });
    this.subprocess.stdin?.destroy();
    this.subprocess.finish(result);
  }

  /** Tells the observer. What it throws, because a record is required, becomes the error of the run. */
  #tell(what: () => void): Error | undefined {
    try {
      what();
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  #fail(error: Error): void {
    this.subprocess.fail(this.#tell(() => this.#session.observer?.fail(this.#observed, error)) ?? error);
  }

  /** For a signal that was aborted before anything started. */
  cancelBeforeStart(): void {
    this.#session.observer?.start(this.#observed);
    setImmediate(() => void this.#end(neverStarted));
  }
}

/** Starts a command and hands out its streams. */
export function spawnCommand(
  session: Session,
  profile: ProfileKey,
  argv: readonly string[],
  options: RunOptions,
): Subprocess {
  session.active.requireOpen();
  let prepared = session.policies.get(profile);
  // Streams are handed out at once, so a run that finds its policy stale could not be tried again.
  if (!factsHold(prepared.facts)) prepared = session.policies.refresh(profile, prepared);
  const run = new StreamedRun(session, prepared, argv, options);
  if (options.signal?.aborted === true) run.cancelBeforeStart();
  else run.launch();
  return run.subprocess;
}
