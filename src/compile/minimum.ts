import {
  type EnforcementStatus,
  type Guarantee,
  type Enforcement,
  type LinuxProbe,
  type SandboxPolicy,
} from '../types.js';
import { type Demands, demand, missingOf } from './demands.js';
import { kernelCountsProcesses } from './limit_guarantees.js';
import { chooseMeans, writesNothing } from './means.js';

/** What a guarantee must reach under `hard`. */
function minimumOf(guarantee: Guarantee, policy: SandboxPolicy, probe: LinuxProbe): EnforcementStatus {
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

/** ENOSYS of Linux, on whatever system this is compiled. */
const noSuchCall = 38;

/** Why there are no namespaces, as far as the probe knows. */
export function whyNoNamespaces({ namespacesFailure }: LinuxProbe): string {
  return namespacesFailure === undefined
    ? ''
    : ` (${namespacesFailure.message} at "${namespacesFailure.stage}")`;
}

/** How to get what is missing on this machine. */
function remedy(guarantee: Guarantee, policy: SandboxPolicy, probe: LinuxProbe): string {
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
  // Allowing them would not help: the kernel is too old, or a container hides a system call.
  return probe.namespacesFailure?.errno === noSuchCall
    ? 'Use a newer kernel (Linux 6.12 or later), or a container whose filter lets its system calls through.'
    : `Allow unprivileged user namespaces on this machine or container, or ${landlock}.`;
}

/** What no `compat` allows: a confined run with nothing that confines it. */
function alwaysRefused(policy: SandboxPolicy, probe: LinuxProbe): string | undefined {
  if (!policy.confined) return undefined;
  const means = chooseMeans(policy, probe);
  if (!means.seccomp) return 'seccomp is not available. Use a kernel with CONFIG_SECCOMP_FILTER.';
  if (!means.landlock && !means.mounts) {
    return `neither Landlock nor user namespaces are available${whyNoNamespaces(probe)}. ${remedy('fs-write', policy, probe)}`;
  }
  return undefined;
}

function demandsOf(policy: SandboxPolicy, probe: LinuxProbe): Demands {
  return {
    minimum: (guarantee) => minimumOf(guarantee, policy, probe),
    remedy: (guarantee) => remedy(guarantee, policy, probe),
    refused: () => alwaysRefused(policy, probe),
  };
}

/** The guarantees that this machine cannot give as far as the policy demands. */
export function shortfalls(
  policy: SandboxPolicy,
  probe: LinuxProbe,
  enforcement: Enforcement,
): readonly Guarantee[] {
  return missingOf(policy, enforcement, demandsOf(policy, probe));
}

/** Throws when the run must not start. Under `best-effort` only what can never be enforced half is refused. */
export function requireMinimum(policy: SandboxPolicy, probe: LinuxProbe, enforcement: Enforcement): void {
  demand(policy, enforcement, demandsOf(policy, probe));
}
