import { UnsupportedError } from '../errors.js';
import {
  type Enforcement,
  type EnforcementStatus,
  type Guarantee,
  type Probe,
  type SandboxPolicy,
} from '../types.js';
import { kernelCountsProcesses } from './limit_guarantees.js';
import { chooseMeans, writesNothing } from './means.js';

const rank: Readonly<Record<EnforcementStatus, number>> = { none: 0, partial: 1, full: 2 };

/** Guarantees that a policy does not promise at all, and that are therefore never missing. */
function isPromised(guarantee: Guarantee, policy: SandboxPolicy): boolean {
  if (!policy.confined) return guarantee === 'survivors' || guarantee === 'limits';
  return guarantee !== 'network' || policy.network === 'none';
}

/** What a guarantee must reach under `hard`. */
function minimumOf(guarantee: Guarantee, policy: SandboxPolicy, probe: Probe): EnforcementStatus {
  switch (guarantee) {
    case 'fs-metadata':
      return writesNothing(policy) ? 'full' : 'partial';
    case 'fs-protected':
      return 'partial';
    case 'survivors':
      return policy.confined ? 'full' : 'partial';
    case 'limits': {
      // A watchdog is enough for memory and CPU time of a whole tree, which only a cgroup could hold.
      const { processes } = policy.limits;
      const held = processes === undefined || kernelCountsProcesses(chooseMeans(policy, probe), probe);
      return policy.confined && !held ? 'full' : 'partial';
    }
    case 'fs-write':
    case 'fs-secrets':
    case 'network':
    case 'host-sockets':
    case 'processes':
    case 'privilege':
      return 'full';
  }
}

/** How to get what is missing on this machine. */
function remedy(guarantee: Guarantee, policy: SandboxPolicy, probe: Probe): string {
  if (guarantee === 'limits') {
    return probe.uid === 0
      ? 'Run as an ordinary user on a machine with user namespaces, where the kernel counts processes.'
      : 'Allow user namespaces, where the kernel counts the processes of a run alone.';
  }
  const landlock =
    probe.landlockState === 'disabled'
      ? 'enable Landlock at boot (`lsm=landlock,...`)'
      : probe.landlockState === 'missing'
        ? 'use a kernel with Landlock (Linux 6.12 or later)'
        : 'use a newer kernel (Linux 6.12 or later)';
  if (policy.isolation === 'light' && probe.namespaces)
    return `Leave \`isolation\` at \`auto\`, or ${landlock}.`;
  return `Allow unprivileged user namespaces on this machine or container, or ${landlock}.`;
}

/** The guarantees that this machine cannot give as far as the policy demands. */
export function shortfalls(
  policy: SandboxPolicy,
  probe: Probe,
  enforcement: Enforcement,
): readonly Guarantee[] {
  return (Object.keys(enforcement.guarantees) as Guarantee[]).filter((guarantee) => {
    if (!isPromised(guarantee, policy)) return false;
    return rank[enforcement.guarantees[guarantee].status] < rank[minimumOf(guarantee, policy, probe)];
  });
}

/** What no `compat` allows: a confined run with nothing that confines it, and a profile whose mechanism does not exist yet. */
function alwaysRefused(policy: SandboxPolicy, probe: Probe): string | undefined {
  if (policy.base === 'net-read-only') {
    return 'it needs the egress broker, which this version does not have yet. Use `offline` without network, or `workspace-net` with all of it.';
  }
  if (!policy.confined) return undefined;
  const means = chooseMeans(policy, probe);
  if (!means.seccomp) return 'seccomp is not available. Use a kernel with CONFIG_SECCOMP_FILTER.';
  if (!means.landlock && !means.mounts) {
    return `neither Landlock nor user namespaces are available. ${remedy('fs-write', policy, probe)}`;
  }
  return undefined;
}

/** Throws when the run must not start. Under `best-effort` only what can never be enforced half is refused. */
export function requireMinimum(policy: SandboxPolicy, probe: Probe, enforcement: Enforcement): void {
  const refused = alwaysRefused(policy, probe);
  if (refused !== undefined) {
    throw new UnsupportedError(
      'ERR_UNSUPPORTED_FEATURE',
      `The profile "${policy.profile}" cannot run: ${refused}`,
      {
        subject: policy.profile,
      },
    );
  }
  if (policy.compat === 'best-effort') return;
  const missing = shortfalls(policy, probe, enforcement);
  const first = missing[0];
  if (first === undefined) return;
  const details = missing.map((name) => `${name} (${enforcement.guarantees[name].reason ?? 'not enforced'})`);
  throw new UnsupportedError(
    'ERR_UNSUPPORTED_FEATURE',
    `This machine cannot give the profile "${policy.profile}" what it promises: ${details.join('; ')}. ` +
      `${remedy(first, policy, probe)} Or accept less with \`compat: 'best-effort'\`.`,
    { subject: first },
  );
}
