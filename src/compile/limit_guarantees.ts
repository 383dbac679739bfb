import { type GuaranteeReport, type Limits, type Probe, type SandboxPolicy } from '../types.js';
import { type Means } from './means.js';
import { full, partial } from './report.js';

/**
 * RLIMIT_NPROC counts the processes of one user in one user namespace. Without a namespace of its own it would count the user's other
 * processes too, and the kernel exempts uid 0.
 */
export function kernelCountsProcesses(means: Means, probe: Probe): boolean {
  return means.pidNamespace && probe.uid !== 0;
}

/** The limits that a watchdog holds because the kernel cannot. It looks again and again, so a burst can pass for a moment. */
function watched(limits: Limits, means: Means, probe: Probe): readonly string[] {
  return [
    ...(limits.memoryBytes === undefined ? [] : ['memory of the whole run']),
    ...(limits.cpuMs === undefined ? [] : ['CPU time of the whole run']),
    ...(limits.processes === undefined || kernelCountsProcesses(means, probe) ? [] : ['number of processes']),
  ];
}

export function reportLimits(policy: SandboxPolicy, means: Means, probe: Probe): GuaranteeReport {
  const list = watched(policy.limits, means, probe);
  const mechanism = 'resource limits of the kernel; time and output by the thread that watches the run';
  if (list.length === 0) return full(mechanism);
  return partial(`${mechanism}; watchdog`, `a watchdog instead of the kernel holds: ${list.join(', ')}`);
}
