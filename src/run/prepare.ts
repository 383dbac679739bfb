import { type Watchdog } from '../compile/limit_guarantees.js';
import { systemOf } from '../compile/systems.js';
import { LaunchError, UnsupportedError } from '../errors.js';
import { type NativeFailure, type NativePolicy } from '../native/binding.js';
import { toLaunchError } from '../native/failure.js';
import { nativeBinding } from '../native/load.js';
import { machineProbe } from '../native/probe.js';
import { type Enforcement, type ProfileDefinition, type SandboxPolicy } from '../types.js';
import { kernelLogOf } from './denials/refused.js';
import { type KernelLog } from './denials/kernel_log.js';
import { machineDevices } from './devices.js';
import { type PathFacts, recordFacts } from './path_facts.js';
import { type GuardPlan, planGuard } from './protected_guard.js';

/** What a caller names a profile by. */
export type ProfileKey = string | ProfileDefinition;

export interface ResolvedPolicy {
  readonly policy: SandboxPolicy;
  readonly hash: () => string;
}

/** A policy that is ready to run: compiled for this machine and decoded by the addon. */
export interface Prepared {
  readonly policy: SandboxPolicy;
  /** Computed when it is asked for. */
  readonly policyHash: string;
  readonly directives: readonly string[];
  readonly enforcement: Enforcement;
  readonly watchdog: Watchdog;
  readonly native: NativePolicy;
  readonly guard: GuardPlan | undefined;
  /** Tells what is refused, where the system does. */
  readonly kernelLog: KernelLog | undefined;
  readonly facts: PathFacts;
  /** Working directories that were found to be readable under this policy. */
  readonly directories: Map<string, string>;
}

/** How often a run is tried again because the files that its policy speaks of changed meanwhile. */
export const mostTries = 3;

function decode(directives: readonly string[], profile: string): NativePolicy {
  try {
    return nativeBinding().policy(directives);
  } catch (error) {
    if (
      error instanceof UnsupportedError ||
      typeof error !== 'object' ||
      error === null ||
      !('stage' in error)
    )
      throw error;
    throw toLaunchError(error as unknown as NativeFailure, { command: `the profile "${profile}"`, cwd: '' });
  }
}

export function prepare({ policy, hash }: ResolvedPolicy): Prepared {
  const system = systemOf(process.platform);
  const probe = machineProbe();
  const { directives, enforcement, watchdog } = system.compile(policy, probe, machineDevices());
  system.requireMinimum(policy, probe, enforcement);
  let known: string | undefined;
  return {
    policy,
    get policyHash() {
      return (known ??= hash());
    },
    directives,
    enforcement,
    watchdog,
    native: decode(directives, policy.profile),
    guard: planGuard(policy, { mounts: enforcement.tier === 'standard' }),
    kernelLog: kernelLogOf(enforcement),
    facts: recordFacts(directives),
    directories: new Map(),
  };
}

/** The prepared policies of one sandbox. Resolving reads the file system, so it happens once, and again when a run finds it stale. */
export class PolicyCache {
  readonly #resolve: (profile: ProfileKey) => ResolvedPolicy;
  readonly #byName = new Map<string, Prepared>();
  readonly #byValue = new WeakMap<ProfileDefinition, Prepared>();
  /** Also what a newer one has replaced, as long as something uses it. */
  #made: WeakRef<Prepared>[] = [];

  constructor(resolve: (profile: ProfileKey) => ResolvedPolicy) {
    this.#resolve = resolve;
  }

  #cached(profile: ProfileKey): Prepared | undefined {
    return typeof profile === 'string' ? this.#byName.get(profile) : this.#byValue.get(profile);
  }

  get(profile: ProfileKey): Prepared {
    return this.#cached(profile) ?? this.#prepare(profile);
  }

  /** Prepares again what was found to be stale, unless somebody else did meanwhile. */
  refresh(profile: ProfileKey, stale: Prepared): Prepared {
    const current = this.#cached(profile);
    return current !== undefined && current !== stale ? current : this.#prepare(profile);
  }

  /** Lets go of everything prepared, once the last run has ended. It would keep the file systems of the workspace busy. */
  async discard(): Promise<void> {
    const made = this.#made.splice(0);
    this.#byName.clear();
    await Promise.all(
      made.map(async (reference) => {
        const prepared = reference.deref();
        if (prepared !== undefined) await nativeBinding().discard(prepared.native);
      }),
    );
  }

  #prepare(profile: ProfileKey): Prepared {
    const prepared = prepare(this.#resolve(profile));
    this.#made = [...this.#made.filter((made) => made.deref() !== undefined), new WeakRef(prepared)];
    if (typeof profile === 'string') this.#byName.set(profile, prepared);
    // A value that can still be changed may mean something else the next time.
    else if (Object.isFrozen(profile)) this.#byValue.set(profile, prepared);
    return prepared;
  }
}

/** The files that a policy speaks of changed faster than it could be resolved. */
export function alwaysStale(command: string, path: string): LaunchError {
  return new LaunchError(
    'ERR_LAUNCH_FAILED',
    `Cannot start ${command}: the files that its policy protects or hides keep changing while it starts. Try again when they are at rest.`,
    { stage: 'prepare', syscall: 'stat', errno: 0, path },
    { subject: path === '' ? command : path },
  );
}
