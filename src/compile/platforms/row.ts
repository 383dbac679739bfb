import { type Guarantee, type Verification } from '../../types.js';

/** One way in which a system gives a guarantee. */
export interface Way {
  /** In the words of the enforcement report. */
  readonly mechanism: string;
  /** The oldest version of the system that has it. */
  readonly minimum: string;
  /** What it does not give. Absent: nothing is missing. */
  readonly missing?: string;
}

export interface Row {
  /** The best way first; the machine decides. */
  readonly ways: readonly [Way, ...Way[]];
  /** How it was shown, where the system of the target itself was at hand. */
  readonly verified: Verification;
  /** Test files, or folders of them with a slash at the end. */
  readonly tests: readonly string[];
}

export type Rows = Readonly<Record<Guarantee, Row>>;

/** A machine that the package brings an addon for. */
export interface Target {
  readonly system: 'linux' | 'macos' | 'windows';
  /** As in scripts/prebuild/targets.mjs. */
  readonly name: string;
  readonly minimum: string;
  /** The most that anything was shown there. */
  readonly verified: Verification;
  /** What "verified" means here. */
  readonly how: string;
  readonly tests: readonly string[];
}
