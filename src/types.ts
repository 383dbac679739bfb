/** The five profile names. Aliases are accepted where a name is read, see `profile/names.ts`. */
export type ProfileName = 'offline' | 'net-read-only' | 'workspace-write' | 'workspace-net' | 'trusted';

/** What happens when the machine lacks a feature: `hard` (default) refuses to start, `best-effort` runs and reports. */
export type Compat = 'hard' | 'best-effort';

/**
 * Which mechanisms a run uses on Linux. `auto` takes namespaces when the machine allows them; `fresh` makes new ones for every run
 * instead of reusing prepared ones; `light` never uses them.
 */
export type Isolation = 'auto' | 'fresh' | 'light';

/** `none`: no host network. `all`: the whole network. */
export type NetworkAccess = 'none' | 'all';

/** Limits of one run. Absent means no limit, except where a default is named. */
export interface Limits {
  /** CPU time of the whole tree, in milliseconds. */
  readonly cpuMs?: number;
  /** Resident memory of the whole tree, in bytes. */
  readonly memoryBytes?: number;
  /** Address space of each process, in bytes. */
  readonly addressSpaceBytes?: number;
  /** Processes and threads alive at once. */
  readonly processes?: number;
  /** Open files of each process. */
  readonly files?: number;
  /** Size of each file that is written, in bytes. */
  readonly fileSizeBytes?: number;
  /** Bytes on stdout and stderr together, after which the run is ended. */
  readonly outputBytes?: number;
  /** Size of each private scratch file system, in bytes; 1 GiB by default. */
  readonly scratchBytes?: number;
}

/** Filesystem rules that a caller adds to a profile. Paths may be relative to the workspace and may start with `~/`. */
export interface FilesystemRules {
  /** `all` (default) reads everything but credential files; `minimal` reads the system runtime, the workspace and `allowRead`. */
  readonly read?: 'all' | 'minimal';
  /** More trees that may be read. They must exist. A credential file that is named here exactly is not hidden. */
  readonly allowRead?: readonly string[];
  /**
   * More trees that may be written. They must exist. A path that moated protects by itself and that is named here exactly is not
   * protected.
   */
  readonly allowWrite?: readonly string[];
  /** More paths inside writable trees that must not change. */
  readonly protect?: readonly string[];
  /** More paths whose content must not be readable. `.env*` stands for all such files at the top of the workspace. */
  readonly hide?: readonly string[];
}

/** What one of several narrowed profiles grants: the others' grants count only as far as this one has them too. */
export interface FilesystemBound {
  readonly workspace: 'read' | 'write';
  readonly read: 'all' | 'minimal';
  readonly allowRead: readonly string[];
  readonly allowWrite: readonly string[];
}

/** A security profile as a value: portable, without absolute paths of this machine. Made by `defineProfile`. */
export interface ProfileDefinition {
  readonly name: string;
  /** The built-in profile that this one starts from. */
  readonly base: ProfileName;
  readonly workspace: 'read' | 'write';
  readonly filesystem: Required<FilesystemRules>;
  readonly network: NetworkAccess;
  /** False only for `trusted`: the run is not confined, only limited and cleaned up. */
  readonly confined: boolean;
  readonly limits: Limits;
  /** Made by `narrow`: every grant also has to lie inside each of these, once paths are canonical. */
  readonly within?: readonly FilesystemBound[];
}

/** What a caller passes as a profile: a name, an alias, or a value. */
export type SecurityProfile = ProfileName | ProfileDefinition;

export type PathKind = 'file' | 'directory' | 'absent';

/** A path that a policy singles out, with what was there when the policy was resolved. */
export interface PolicyPath {
  readonly path: string;
  readonly kind: PathKind;
}

/** A profile after resolving and merging: absolute canonical paths, no globs, every default written out. Serialisable. */
export interface SandboxPolicy {
  readonly version: 1;
  readonly profile: string;
  readonly base: ProfileName;
  readonly confined: boolean;
  readonly workspace: string;
  readonly workspaceAccess: 'read' | 'write';
  readonly filesystem: {
    readonly read: 'all' | 'minimal';
    /** Trees that may be read besides the writable ones; `['/']` when `read` is `all`. */
    readonly readable: readonly string[];
    /** Trees that may be written; empty in profiles that write nothing. */
    readonly writable: readonly string[];
    /** Paths inside writable trees that must not change. */
    readonly protected: readonly PolicyPath[];
    /**
     * Symlinks inside writable trees that lead to protected or hidden paths. Their targets are in the other lists; replacing the link
     * itself would get around them.
     */
    readonly protectedLinks?: readonly string[];
    /** Paths whose content must not be readable. */
    readonly hidden: readonly PolicyPath[];
  };
  readonly network: NetworkAccess;
  readonly limits: Limits;
  readonly isolation: Isolation;
  readonly compat: Compat;
}

export type Guarantee =
  | 'fs-write'
  | 'fs-metadata'
  | 'fs-protected'
  | 'fs-secrets'
  | 'network'
  | 'host-sockets'
  | 'processes'
  | 'privilege'
  | 'survivors'
  | 'limits';

export type EnforcementStatus = 'full' | 'partial' | 'none';

/** What was really enforced for one guarantee. */
export interface GuaranteeReport {
  readonly status: EnforcementStatus;
  /** The mechanisms that give it, in the system's own terms. */
  readonly mechanism: string;
  /** Why it is not `full`. */
  readonly reason?: string;
}

export type Tier = 'standard' | 'light' | 'unconfined';

/** What a run enforced, guarantee by guarantee. */
export interface Enforcement {
  readonly tier: Tier;
  readonly guarantees: Readonly<Record<Guarantee, GuaranteeReport>>;
  /**
   * Whether what the kernel refuses is told in `violations`. Not a guarantee: what is refused is refused, told or not. Absent where the
   * system does not tell (Linux, Windows) and where nothing is confined.
   */
  readonly denials?: GuaranteeReport;
}

/** Who said so: `kernel` is the system's own log, `inferred` is what was found out when the run had ended. */
export type ViolationSource = 'kernel' | 'broker' | 'proxy' | 'inferred';

/** An action that was refused or undone. */
export interface Violation {
  readonly guarantee: Guarantee;
  readonly operation: string;
  /** Path, address or system call. */
  readonly target: string;
  readonly source: ViolationSource;
  readonly message: string;
}

/** Why a run ended. */
export type Verdict =
  'ok' | 'exit' | 'signal' | 'timeout' | 'memory' | 'output' | 'limit' | 'denied' | 'canceled';

export interface Usage {
  readonly cpuMs: number;
  readonly userMs: number;
  readonly systemMs: number;
  /** Largest resident set of any process of the run, in bytes. */
  readonly maxRssBytes: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
  readonly blocksIn: number;
  readonly blocksOut: number;
}

export type Command = string | readonly string[];

/** What `sandbox.run` resolves with. Absent values are `undefined`, never `null`. */
export interface Result<Output = string> {
  readonly command: readonly string[];
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly durationMs: number;
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  /** Bytes dropped from each captured stream because it was longer than `maxBuffer`. */
  readonly truncated: { readonly stdout: number; readonly stderr: number };
  readonly verdict: Verdict;
  /** What is known to have been refused or undone. On macOS a run that did not succeed waits up to 500 ms for the kernel's log. */
  readonly violations: readonly Violation[];
  readonly enforcement: Enforcement;
  readonly usage: Usage;
  readonly runId: string;
  readonly policyHash: string;
}

export type StdioOption = 'pipe' | 'inherit' | 'ignore';

/** Options of one run. The names are those of Node and execa. */
export interface RunOptions {
  /** Working directory; must be readable under the policy. The workspace by default. Never defines policy. */
  readonly cwd?: string;
  /** Variables added to the environment that is built for the run. `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text, bytes or a stream for stdin. */
  readonly input?: string | Uint8Array | NodeJS.ReadableStream;
  /** Milliseconds of wall time after which the run is ended; none by default. */
  readonly timeout?: number;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Bytes kept of each captured stream; 16 MiB by default. What comes after is counted in `truncated`. */
  readonly maxBuffer?: number;
  /** `utf8` (default) gives strings, `buffer` gives bytes. */
  readonly encoding?: 'utf8' | 'buffer';
  /** One value for all three streams, or one each. `run` captures `pipe`. */
  readonly stdio?: StdioOption | readonly [StdioOption, StdioOption, StdioOption];
  /** Throw a `RunError` when the verdict is not `ok`. */
  readonly throwOnError?: boolean;
}

/** Options of a sandbox. Everything a run may do is decided here and by the profile, never by the command. */
export interface SandboxOptions {
  /** Default profile of this sandbox: `offline` unless given. */
  readonly profile?: string | ProfileDefinition;
  /** The workspace: the caller's working directory when the sandbox was created unless given. */
  readonly workspace?: string;
  readonly filesystem?: FilesystemRules;
  readonly network?: NetworkAccess;
  readonly limits?: Limits;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly compat?: Compat;
  readonly isolation?: Isolation;
}

/** What a machine with Linux can enforce: found once by the addon with throw-away children, then cached. */
export interface LinuxProbe {
  readonly system: 'linux';
  readonly kernel: string;
  /** 0 when Landlock is not there. */
  readonly landlockAbi: number;
  /** `disabled`: built in but not enabled at boot. `missing`: not built in. */
  readonly landlockState: 'enabled' | 'disabled' | 'missing';
  readonly landlockSignalScope: boolean;
  readonly landlockAbstractUnixScope: boolean;
  readonly landlockTruncate: boolean;
  readonly landlockNet: boolean;
  readonly landlockResolveUnix: boolean;
  readonly seccomp: boolean;
  /** A complete child with every namespace, its maps and its mounts came up. */
  readonly namespaces: boolean;
  readonly namespacesFailure?: { readonly stage: string; readonly errno: number; readonly message: string };
  readonly uid: number;
  readonly pidfd: boolean;
  /** A child came up in a control group (version 2) of its own, with limits on memory and processes. Tried when it is first read. */
  readonly cgroup: boolean;
}

/** What this Mac can enforce. */
export interface MacosProbe {
  readonly system: 'macos';
  /** The version of macOS, such as `14.5`. */
  readonly version: string;
  /** `/usr/bin/sandbox-exec` is there and may be executed. */
  readonly sandboxExec: boolean;
  /** The addon can ask the kernel which processes are under the profile of a run. */
  readonly sandboxCheck: boolean;
  /** This process is under a Seatbelt profile itself. */
  readonly nested: boolean;
  /** The launcher that sets limits lies next to the addon. */
  readonly launcher: boolean;
  readonly uid: number;
}

/** What a Windows machine can enforce. */
export interface WindowsProbe {
  readonly system: 'windows';
  readonly build: number;
  /** Wine accepts most calls and enforces none of them. */
  readonly wine: boolean;
  readonly appContainer: boolean;
  /** A token whose privileges were removed has lost them. */
  readonly restrictedToken: boolean;
  /** A job object keeps the limits that it was given. */
  readonly jobLimits: boolean;
  /** This process is in a job already, so the jobs of its runs cannot restrict the user interface. */
  readonly inJob: boolean;
  readonly elevated: boolean;
}

/** What this machine can enforce. */
export type Probe = LinuxProbe | MacosProbe | WindowsProbe;

/** One thing that a program may try, for `explain`. Paths may be relative to the workspace; `connect` takes `host:port`. */
export type Action =
  | { readonly read: string }
  | { readonly write: string }
  | { readonly execute: string }
  | { readonly connect: string };

/** The answer to "may it?", with the rule that decided and the smallest rule that would allow it. */
export interface ActionVerdict {
  readonly action: 'read' | 'write' | 'execute' | 'connect';
  /** The path after resolving, or the address as given. */
  readonly target: string;
  readonly allowed: boolean;
  readonly rule: string;
  readonly mechanism: string;
  /** Absent when it is allowed, or when no rule of a confined profile can allow it. */
  readonly suggestion?: string;
}

/** What `sandbox.explain` answers. */
export interface Explanation {
  readonly policy: SandboxPolicy;
  readonly policyHash: string;
  readonly enforcement: Enforcement;
  readonly action?: ActionVerdict;
}

/** What this machine does for one profile. */
export interface ProfileReport {
  readonly profile: string;
  /** Whether a run starts under the sandbox's `compat`. */
  readonly runs: boolean;
  /** Why it does not start. */
  readonly reason?: string;
  readonly enforcement?: Enforcement;
}

/** How it was shown that a guarantee holds: run on a real system, run under an emulator, or built and inspected only. */
export type Verification = 'run' | 'emulated' | 'inspected';

/** What `sandbox.doctor` answers. */
export interface MachineReport {
  readonly platform: string;
  readonly version: string;
  readonly probe: Probe;
  /** What is missing or weak on this machine, and how to get it. */
  readonly notes: readonly string[];
  /** How each guarantee was verified for machines like this one: `docs/platforms.md`. Absent where nothing was. */
  readonly verified?: Readonly<Record<Guarantee, Verification>>;
  readonly profiles: readonly ProfileReport[];
}

/** A command for another spawner: start `file` with `args` and exactly this environment. */
export interface WrappedCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment; a spawner must not add the host's to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly enforcement: Enforcement;
}
