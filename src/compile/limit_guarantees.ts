import { type GuaranteeReport, type Limits, type LinuxProbe, type SandboxPolicy } from '../types.js';
import { type Means } from './means.js';
import { full, partial } from './report.js';

/** What a thread of the addon looks at again and again, since nothing of the kernel holds it. 0: not watched. */
export interface Watchdog {
  readonly memory: number;
  readonly processes: number;
  readonly cpuMs: number;
}

/**
 * RLIMIT_NPROC counts the processes of one user in one user namespace. Without a namespace of its own it would count the user's other
 * processes too, and the kernel exempts uid 0.
 */
export function kernelCountsProcesses(means: Means, probe: LinuxProbe): boolean {
  return means.cgroup || (means.pidNamespace && probe.uid !== 0);
}

export function watchdogOf(
  { memoryBytes, processes, cpuMs }: Limits,
  means: Means,
  probe: LinuxProbe,
): Watchdog {
  return {
    memory: means.cgroup ? 0 : (memoryBytes ?? 0),
    processes: kernelCountsProcesses(means, probe) ? 0 : (processes ?? 0),
    cpuMs: cpuMs ?? 0,
  };
}

export function reportLimits(policy: SandboxPolicy, means: Means, probe: LinuxProbe): GuaranteeReport {
  const { memory, processes, cpuMs } = watchdogOf(policy.limits, means, probe);
  const watched = [
    ...(memory === 0 ? [] : ['memory of the whole run']),
    ...(cpuMs === 0 ? [] : ['CPU time of the whole run']),
    ...(processes === 0 ? [] : ['number of processes']),
  ];
  const group = means.cgroup ? 'a control group; ' : '';
  const mechanism = `${group}resource limits of the kernel; time and output by the thread that watches the run`;
  if (watched.length === 0) return full(mechanism);
  // It looks again and again, so a burst can pass for a moment.
  return partial(`${mechanism}; watchdog`, `a watchdog instead of the kernel holds: ${watched.join(', ')}`);
}
