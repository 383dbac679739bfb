/** A launch plan that the addon has decoded and keeps prepared. Opaque; garbage collection frees it. */
export interface NativePolicy {
  readonly native: 'policy';
}

/** `capture`: kept by the addon. `pipe`: the parent's end is handed out. `ignore`: /dev/null. A number: a descriptor to inherit. */
export type Stdio = 'capture' | 'pipe' | 'ignore' | number;

export interface RunRequest {
  readonly argv: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly cwd: string;
  /** The PATH in which a command without a slash is looked for. */
  readonly searchPath: string | undefined;
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
  /** Whether `started` is called when the program was executed. */
  readonly announce: boolean;
  readonly started?: (pid: number) => void;
}

export interface NativeRun {
  /** The parent's ends of stdin, stdout and stderr where `pipe` was asked for, else -1; absent without any. The caller owns them. */
  readonly fds?: readonly [number, number, number];
  /** Ends the whole run. */
  kill(reason: 'canceled', signal?: number): void;
  /** Sends a signal to the main process; false when there is none. */
  signal(signal: number): boolean;
  ref(): void;
  unref(): void;
}

export interface NativeFailure {
  readonly stage: string;
  readonly syscall: string;
  readonly errno: number;
  readonly path: string;
}

/** What is rarely there in an outcome. */
export interface Rare {
  /** The program never ran. */
  readonly failure?: NativeFailure;
  /** Facts changed since the policy was resolved: resolve again and retry. */
  readonly stale?: boolean;
  /** Hidden and protected paths that are no longer what they were when the run started. */
  readonly changed?: readonly string[];
}

/** Called once, when the run is over. Streams that were not captured or are empty are undefined. */
export type Done = (stdout: Buffer | undefined, stderr: Buffer | undefined, rare: Rare | undefined) => void;

/** What the addon exports. Everything slow happens on its own threads, never on the event loop. */
export interface NativeBinding {
  /** The package version that it was built from. */
  readonly version: string;
  /** Names and values; a dot in a name leads into an object. See `native/probe_facts.h`. */
  probe(): Readonly<Record<string, boolean | number | string>>;
  /** Whether runs can have a control group of their own. False where there are none. */
  probeCgroup(): boolean;
  /** A random UUID: node:crypto need not be loaded for it. */
  uuid(): string;
  /** Decodes only; throws an error with the fields of `NativeFailure` for a bad directive. */
  policy(directives: readonly string[]): NativePolicy;
  /** Lets go of the descriptors and namespaces of a policy under which nothing runs any more. */
  discard(policy: NativePolicy): Promise<void>;
  start(policy: NativePolicy, request: RunRequest, done: Done): NativeRun;
  /** While `done` is called: the numbers of that run, in the order of `readOutcome`. */
  readonly numbers: Float64Array;
}
