/** A launch plan that the addon has decoded and keeps prepared. Opaque; garbage collection frees it. */
export interface NativePolicy {
  readonly native: 'policy';
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
  /** What the kernel's log says with every refusal of this run. Confined runs on macOS only. */
  readonly logTag?: string;
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
  /**
   * Starts a run and answers its token. The rest of the request is in `numbers`, and so are the parent's ends of its streams when this
   * returns: src/native/start.ts knows the order.
   */
  start(
    policy: NativePolicy,
    text: string,
    input: Uint8Array | undefined,
    started: ((pid: number) => void) | undefined,
    done: Done,
  ): number;
  /** Ends the whole run. Nothing happens, here and below, when it is over. */
  kill(token: number): void;
  /** Sends a signal to the main process; false when the run is over. */
  signal(token: number, signal: number): boolean;
  /** Whether the run keeps the event loop alive. */
  setReferenced(token: number, referenced: boolean): void;
  /** Used by `start`, and while `done` is called: the numbers of that run, in the order of `readOutcome`. */
  readonly numbers: Float64Array;
}
