import type { NetworkAccess } from '../types.js';

/** Whether a path may be used, and the rule of the profile that says so. */
export interface PathVerdict {
  readonly allowed: boolean;
  readonly rule: string;
}

/**
 * What the profile lets be read and written. Paths are absolute and as the command wrote them: the implementation follows symlinks the way
 * that the kernel does. Passed in, so that deciding stays free of side effects.
 */
export interface PathAccess {
  read(path: string): PathVerdict;
  write(path: string): PathVerdict;
}

/** The executable that a name leads to. */
export interface ResolvedProgram {
  /** Absolute. */
  readonly path: string;
  /** `sha256:` and 64 hexadecimal digits; needed for pinned executables with a digest. */
  readonly digest?: string;
}

/** Which language a command line is written in. `sh` is the shell of a run, whichever one `/bin/sh` is. */
export type ShellDialect = 'sh' | 'bash' | 'zsh' | 'powershell' | 'cmd';

/** Everything besides the policy that a decision depends on. */
export interface VettingContext {
  /** Absolute. */
  readonly cwd: string;
  readonly home?: string;
  readonly paths: PathAccess;
  readonly network: NetworkAccess;
  /** Where a program name leads. Without it names are trusted, and pinned executables are asked for unless named by path. */
  readonly program?: ((name: string) => ResolvedProgram | undefined) | undefined;
  /** `sh` unless given. */
  readonly dialect?: ShellDialect | undefined;
}
