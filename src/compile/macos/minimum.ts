import { type Enforcement, type MacosProbe, type SandboxPolicy } from '../../types.js';
import { demand, type Demands } from '../demands.js';
import { seatbeltProblem } from './guarantees.js';

function remedy(probe: MacosProbe): string {
  if (probe.nested)
    return 'Start the host process outside of that sandbox, or use the profile `trusted` inside of it.';
  if (!probe.launcher) return 'Reinstall moated: its launcher lies next to the addon.';
  return 'Use macOS 11 or later with an intact /usr/bin.';
}

/**
 * Two minimums are lower than on Linux, since this kernel has nothing that could give more, and one that no Mac reaches would only
 * teach everybody `best-effort`: no mechanism ends a tree of processes by itself, and none counts one.
 */
export function demandsOfMac(policy: SandboxPolicy, probe: MacosProbe): Demands {
  return {
    minimum(guarantee) {
      return guarantee === 'fs-protected' || guarantee === 'survivors' || guarantee === 'limits'
        ? 'partial'
        : 'full';
    },
    remedy: () => remedy(probe),
    refused() {
      const problem = policy.confined ? seatbeltProblem(probe) : undefined;
      return problem === undefined ? undefined : `${problem}. ${remedy(probe)}`;
    },
  };
}

/** Throws when the run must not start. */
export function requireMinimumMacos(
  policy: SandboxPolicy,
  probe: MacosProbe,
  enforcement: Enforcement,
): void {
  demand(policy, enforcement, demandsOfMac(policy, probe));
}

/** What is missing or weak on a Mac, and how to get it. */
export function notesMacos(probe: MacosProbe): readonly string[] {
  const problem = seatbeltProblem(probe);
  return [
    'On macOS this version was built and inspected: what Seatbelt makes of its profiles has not been tried on a Mac.',
    'What the kernel refuses is told as far as its log can be read: by administrators only, and not what it refuses before the reader has started, which the first run of a process does not wait for.',
    ...(problem === undefined ? [] : [`Runs cannot be confined: ${problem}. ${remedy(probe)}`]),
    ...(probe.sandboxCheck
      ? []
      : ['`sandbox_check` is missing: processes that leave the session of a run are not found.']),
    'A run outlives this process when it is killed: macOS ties no process to its parent.',
    ...(probe.uid === 0 ? ['Running as root: a gap in the profile costs more. Use an ordinary user.'] : []),
  ];
}
