import type { Socket } from 'node:net';

import { type Stdio } from '../native/start.js';
import { type RunOptions, type StdioOption } from '../types.js';

type Triple<T> = readonly [T, T, T];

function each(option: RunOptions['stdio']): Triple<StdioOption> {
  if (option === undefined) return ['pipe', 'pipe', 'pipe'];
  return typeof option === 'string' ? [option, option, option] : option;
}

function output(option: StdioOption, piped: 'capture' | 'pipe', descriptor: number): Stdio {
  if (option === 'pipe') return piped;
  return option === 'inherit' ? descriptor : 'ignore';
}

/** What the three streams are connected to, and the bytes that the addon writes to stdin itself. */
export interface Connections {
  readonly stdio: Triple<Stdio>;
  readonly input: Uint8Array | undefined;
  /** Written to the parent's end of stdin by us. */
  readonly source: NodeJS.ReadableStream | undefined;
}

function isBytes(input: NonNullable<RunOptions['input']>): input is string | Uint8Array {
  return typeof input === 'string' || input instanceof Uint8Array;
}

/** `piped` is what `pipe` means for stdout and stderr: kept by the addon for `run`, handed out for `spawn`. */
export function connect(options: RunOptions, piped: 'capture' | 'pipe'): Connections {
  const [stdin, stdout, stderr] = each(options.stdio);
  const out = output(stdout, piped, 1);
  const err = output(stderr, piped, 2);
  const { input } = options;
  if (input === undefined) {
    // Nobody holds the other end of a captured run's stdin, so a pipe would only be an end of file.
    const nothing = piped === 'capture' && stdin === 'pipe';
    return {
      stdio: [nothing ? 'ignore' : output(stdin, 'pipe', 0), out, err],
      input: undefined,
      source: undefined,
    };
  }
  if (isBytes(input)) {
    const bytes = typeof input === 'string' ? Buffer.from(input) : input;
    return { stdio: ['capture', out, err], input: bytes, source: undefined };
  }
  return { stdio: ['pipe', out, err], input: undefined, source: input };
}

/** Copies a stream to stdin. A program that ends before it has read everything is no error. */
export function feed(source: NodeJS.ReadableStream, stdin: Socket): void {
  const { pipeline } = process.getBuiltinModule('node:stream');
  pipeline(source, stdin, () => {
    stdin.destroy();
  });
}
