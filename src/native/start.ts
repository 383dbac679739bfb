import { type Done, type NativePolicy } from './binding.js';
import { nativeBinding } from './load.js';

/** `capture`: kept by the addon. `pipe`: the parent's end is handed out. `ignore`: /dev/null. A number: a descriptor to inherit. */
export type Stdio = 'capture' | 'pipe' | 'ignore' | number;

/** The environment of a run, ready for the addon. */
export interface EnvironmentBlock {
  /** `NAME=value`. */
  readonly lines: readonly string[];
  /** The same, each ended by a NUL. */
  readonly text: string;
  /** The PATH in which a command without a slash is looked for. */
  readonly searchPath: string | undefined;
}

export interface RunRequest {
  readonly argv: readonly string[];
  readonly environment: EnvironmentBlock;
  readonly cwd: string;
  readonly stdio: readonly [Stdio, Stdio, Stdio];
  /** Bytes for stdin when `stdio[0]` is `capture`. */
  readonly input: Uint8Array | undefined;
  /** 0 is no limit, as in every number below. */
  readonly timeoutMs: number;
  /** Bytes kept of each captured stream; the rest is counted and dropped. */
  readonly maxCapture: number;
  /** Bytes of both captured streams together, after which the run is killed. */
  readonly maxOutput: number;
  /** The watchdog's limits over the whole tree. */
  readonly memory: number;
  readonly processes: number;
  readonly cpuMs: number;
  /** Called when the program was executed. */
  readonly started?: ((pid: number) => void) | undefined;
}

/** A run that the addon has begun. */
export class NativeRun {
  /** The parent's ends of stdin, stdout and stderr where `pipe` was asked for, else -1. The caller owns them. */
  readonly fds: readonly [number, number, number];
  readonly #token: number;

  constructor(token: number, fds: readonly [number, number, number]) {
    this.#token = token;
    this.fds = fds;
  }

  /** Ends the whole run. */
  kill(): void {
    nativeBinding().kill(this.#token);
  }

  /** Sends a signal to the main process; false when there is none. */
  signal(signal: number): boolean {
    return nativeBinding().signal(this.#token, signal);
  }

  ref(): void {
    nativeBinding().setReferenced(this.#token, true);
  }

  unref(): void {
    nativeBinding().setReferenced(this.#token, false);
  }
}

const codes = { capture: -1, pipe: -2, ignore: -3 } as const;

function codeOf(stdio: Stdio): number {
  return typeof stdio === 'number' ? stdio : codes[stdio];
}

const noEnds = [-1, -1, -1] as const;

/** Hands a run to the addon. `done` is called once, when it is over, and never before this has returned. */
export function startRun(policy: NativePolicy, request: RunRequest, done: Done): NativeRun {
  const binding = nativeBinding();
  const { numbers } = binding;
  const { argv, environment, stdio } = request;
  numbers[0] = request.timeoutMs;
  numbers[1] = request.maxCapture;
  numbers[2] = request.maxOutput;
  numbers[3] = request.memory;
  numbers[4] = request.processes;
  numbers[5] = request.cpuMs;
  numbers[6] = codeOf(stdio[0]);
  numbers[7] = codeOf(stdio[1]);
  numbers[8] = codeOf(stdio[2]);
  numbers[9] = argv.length;
  numbers[10] = environment.lines.length;
  const text = `${request.cwd}\0${environment.searchPath ?? ''}\0${argv.join('\0')}\0${environment.text}`;
  const token = binding.start(policy, text, request.input, request.started, done);
  const [stdin = -1, stdout = -1, stderr = -1] = stdio.includes('pipe') ? numbers : noEnds;
  return new NativeRun(token, [stdin, stdout, stderr]);
}
