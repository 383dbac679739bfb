import { type Enforcement, type Probe, type SandboxPolicy } from '../types.js';
import { type Watchdog } from './limit_guarantees.js';

/** A policy compiled for one machine: strings that the addon and the launcher decode alike, and what they enforce. */
export interface CompiledPlan {
  readonly directives: readonly string[];
  readonly enforcement: Enforcement;
  readonly watchdog: Watchdog;
}

/** How policies are compiled for one operating system. Pure; the probe is one of that system. */
export interface System<P extends Probe = Probe> {
  readonly name: P['system'];
  /** Always answers: whether the guarantees suffice to start is decided by `requireMinimum`. */
  compile(policy: SandboxPolicy, probe: P, devices?: readonly string[]): CompiledPlan;
  /** Throws when a run must not start. */
  requireMinimum(policy: SandboxPolicy, probe: P, enforcement: Enforcement): void;
  /** What is missing or weak on a machine, and how to get it. */
  notes(probe: P): readonly string[];
  /** A command and an environment as the addon of this system takes them; as they are where it is absent. */
  readonly encode?: {
    argv(argv: readonly string[]): readonly string[];
    environment(lines: readonly string[]): readonly string[];
  };
}
