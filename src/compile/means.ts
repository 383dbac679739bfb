import { type Limits, type LinuxProbe, type SandboxPolicy, type Tier } from '../types.js';

/** The mechanisms that one run gets: what its policy asks for and this machine has. */
export interface Means {
  readonly tier: Tier;
  readonly landlock: boolean;
  readonly mounts: boolean;
  readonly pidNamespace: boolean;
  readonly netNamespace: boolean;
  readonly seccomp: boolean;
  /** A control group of the run's own holds memory and processes. */
  readonly cgroup: boolean;
}

function needsCgroup({ memoryBytes, processes }: Limits): boolean {
  return memoryBytes !== undefined || processes !== undefined;
}

/** Chooses the tier. Confined runs take namespaces when the machine has them, since only those give every guarantee. */
export function chooseMeans(policy: SandboxPolicy, probe: LinuxProbe): Means {
  const cgroup = needsCgroup(policy.limits) && probe.cgroup;
  if (!policy.confined) {
    return {
      tier: 'unconfined',
      landlock: false,
      mounts: false,
      pidNamespace: false,
      netNamespace: false,
      seccomp: false,
      cgroup,
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
    cgroup,
  };
}

/** True for profiles under which no file of the host changes. */
export function writesNothing(policy: SandboxPolicy): boolean {
  return policy.confined && policy.filesystem.writable.length === 0;
}
