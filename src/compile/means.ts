import { type Probe, type SandboxPolicy, type Tier } from '../types.js';

/** The mechanisms that one run gets: what its policy asks for and this machine has. */
export interface Means {
  readonly tier: Tier;
  readonly landlock: boolean;
  readonly mounts: boolean;
  readonly pidNamespace: boolean;
  readonly netNamespace: boolean;
  readonly seccomp: boolean;
}

/** Chooses the tier. Confined runs take namespaces when the machine has them, since only those give every guarantee. */
export function chooseMeans(policy: SandboxPolicy, probe: Probe): Means {
  if (!policy.confined) {
    return {
      tier: 'unconfined',
      landlock: false,
      mounts: false,
      pidNamespace: false,
      netNamespace: false,
      seccomp: false,
    };
  }
  const standard = probe.namespaces && policy.isolation !== 'light';
  return {
    tier: standard ? 'standard' : 'light',
    landlock: probe.landlockState === 'enabled' && probe.landlockAbi > 0,
    mounts: standard,
    pidNamespace: standard,
    netNamespace: standard && policy.network === 'none',
    seccomp: probe.seccomp,
  };
}

/** True for profiles under which no file of the host changes. */
export function writesNothing(policy: SandboxPolicy): boolean {
  return policy.confined && policy.filesystem.writable.length === 0;
}
