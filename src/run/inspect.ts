import { release } from 'node:os';

import { verifiedOn } from '../compile/platforms/platforms.js';
import { systemOf } from '../compile/systems.js';
import { isSandboxError } from '../errors.js';
import { machineTarget, nativeBinding } from '../native/load.js';
import { machineProbe } from '../native/probe.js';
import { type Enforcement, type MachineReport, type ProfileReport, type SandboxPolicy } from '../types.js';

/** What a policy would enforce on this machine, whether or not that suffices to start. */
export function enforcementOf(policy: SandboxPolicy): Enforcement {
  return systemOf(process.platform).compile(policy, machineProbe()).enforcement;
}

function profileReport(profile: string, resolve: () => SandboxPolicy): ProfileReport {
  let enforcement: Enforcement | undefined;
  try {
    const policy = resolve();
    const system = systemOf(process.platform);
    const probe = machineProbe();
    enforcement = system.compile(policy, probe).enforcement;
    system.requireMinimum(policy, probe, enforcement);
    return { profile, runs: true, enforcement };
  } catch (error) {
    if (!isSandboxError(error)) throw error;
    const report = { profile, runs: false, reason: error.message };
    return enforcement === undefined ? report : { ...report, enforcement };
  }
}

/** What this machine can enforce, profile by profile. */
export function inspectMachine(
  profiles: readonly string[],
  resolve: (profile: string) => SandboxPolicy,
): MachineReport {
  const { version } = nativeBinding();
  const probe = machineProbe();
  const verified = verifiedOn(machineTarget());
  return {
    platform: `${process.platform}-${process.arch} ${release()}`,
    version,
    probe,
    notes: systemOf(process.platform).notes(probe),
    ...(verified === undefined ? {} : { verified }),
    profiles: profiles.map((profile) => profileReport(profile, () => resolve(profile))),
  };
}
