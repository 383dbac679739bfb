import { release } from 'node:os';

import { compileLinux } from '../compile/linux.js';
import { requireMinimum } from '../compile/minimum.js';
import { isSandboxError } from '../errors.js';
import { nativeBinding } from '../native/load.js';
import { machineProbe } from '../native/probe.js';
import { describeErrno } from '../native/errno.js';
import {
  type Enforcement,
  type MachineReport,
  type Probe,
  type ProfileReport,
  type SandboxPolicy,
} from '../types.js';

/** What a policy would enforce on this machine, whether or not that suffices to start. */
export function enforcementOf(policy: SandboxPolicy): Enforcement {
  return compileLinux(policy, machineProbe()).enforcement;
}

function profileReport(profile: string, resolve: () => SandboxPolicy): ProfileReport {
  let enforcement: Enforcement | undefined;
  try {
    const policy = resolve();
    const probe = machineProbe();
    enforcement = compileLinux(policy, probe).enforcement;
    requireMinimum(policy, probe, enforcement);
    return { profile, runs: true, enforcement };
  } catch (error) {
    if (!isSandboxError(error)) throw error;
    const report = { profile, runs: false, reason: error.message };
    return enforcement === undefined ? report : { ...report, enforcement };
  }
}

/** What is missing or weak on a machine, and how to get it. */
export function machineNotes(probe: Probe): readonly string[] {
  const notes: string[] = [];
  if (probe.landlockState === 'missing')
    notes.push('Landlock is not built into this kernel: use Linux 6.12 or later.');
  if (probe.landlockState === 'disabled') notes.push('Landlock is disabled: boot with `lsm=landlock,...`.');
  if (probe.landlockState === 'enabled' && !probe.landlockSignalScope) {
    notes.push(`Landlock ABI ${probe.landlockAbi} has no signal scope: use Linux 6.12 or later.`);
  }
  if (!probe.seccomp)
    notes.push('seccomp filters are not available: use a kernel with CONFIG_SECCOMP_FILTER.');
  if (!probe.namespaces) {
    const failure = probe.namespacesFailure;
    const why = failure === undefined ? '' : ` (${describeErrno(failure.errno)} at "${failure.stage}")`;
    notes.push(`User namespaces are not available${why}: runs use the light tier.`);
  }
  if (probe.uid === 0) notes.push('Running as root: the kernel exempts uid 0 from its limit on processes.');
  return notes;
}

/** What this machine can enforce, profile by profile. */
export function inspectMachine(
  profiles: readonly string[],
  resolve: (profile: string) => SandboxPolicy,
): MachineReport {
  const { version } = nativeBinding();
  const probe = machineProbe();
  return {
    platform: `${process.platform}-${process.arch} ${release()}`,
    version,
    probe,
    notes: machineNotes(probe),
    profiles: profiles.map((profile) => profileReport(profile, () => resolve(profile))),
  };
}
