import { UnsupportedError } from '../../errors.js';
import {
  type Enforcement,
  type EnforcementStatus,
  type Guarantee,
  type MacosProbe,
  type SandboxPolicy,
} from '../../types.js';
import { seatbeltProblem } from './guarantees.js';

const rank: Readonly<Record<EnforcementStatus, number>> = { none: 0, partial: 1, full: 2 };

function isPromised(guarantee: Guarantee, policy: SandboxPolicy): boolean {
  if (!policy.confined) return guarantee === 'survivors' || guarantee === 'limits';
  return guarantee !== 'network' || policy.network === 'none';
}

/**
 * What a guarantee must reach under `hard`. Two reach less than on Linux, since this kernel has nothing that could give more, and a
 * minimum that no Mac reaches would only teach everybody `best-effort`: no mechanism ends a tree of processes by itself, and none
 * counts one.
 */
function minimumOf(guarantee: Guarantee): EnforcementStatus {
  return guarantee === 'fs-protected' || guarantee === 'survivors' || guarantee === 'limits'
    ? 'partial'
    : 'full';
}

/** The guarantees that this machine cannot give as far as the policy demands. */
export function shortfallsMacos(policy: SandboxPolicy, enforcement: Enforcement): readonly Guarantee[] {
  return (Object.keys(enforcement.guarantees) as Guarantee[]).filter((guarantee) => {
    if (!isPromised(guarantee, policy)) return false;
    return rank[enforcement.guarantees[guarantee].status] < rank[minimumOf(guarantee)];
  });
}

function remedy(probe: MacosProbe): string {
  if (probe.nested)
    return 'Start the host process outside of that sandbox, or use the profile `trusted` inside of it.';
  if (!probe.launcher) return 'Reinstall moated: its launcher lies next to the addon.';
  return 'Use macOS 11 or later with an intact /usr/bin.';
}

/** What no `compat` allows: a confined run with nothing that confines it, and a profile whose mechanism does not exist yet. */
function alwaysRefused(policy: SandboxPolicy, probe: MacosProbe): string | undefined {
  if (policy.base === 'net-read-only') {
    return 'it needs the egress broker, which this version does not have yet. Use `offline` without network, or `workspace-net` with all of it.';
  }
  const problem = policy.confined ? seatbeltProblem(probe) : undefined;
  return problem === undefined ? undefined : `${problem}. ${remedy(probe)}`;
}

/** Throws when the run must not start. */
export function requireMinimumMacos(
  policy: SandboxPolicy,
  probe: MacosProbe,
  enforcement: Enforcement,
): void {
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
  const missing = shortfallsMacos(policy, enforcement);
  const first = missing[0];
  if (first === undefined) return;
  const details = missing.map((name) => `${name} (${enforcement.guarantees[name].reason ?? 'not enforced'})`);
  throw new UnsupportedError(
    'ERR_UNSUPPORTED_FEATURE',
    `This machine cannot give the profile "${policy.profile}" what it promises: ${details.join('; ')}. ` +
      `${remedy(probe)} Or accept less with \`compat: 'best-effort'\`.`,
    { subject: first },
  );
}

/** What is missing or weak on a Mac, and how to get it. */
export function notesMacos(probe: MacosProbe): readonly string[] {
  const problem = seatbeltProblem(probe);
  return [
    ...(problem === undefined ? [] : [`Runs cannot be confined: ${problem}. ${remedy(probe)}`]),
    ...(probe.sandboxCheck
      ? []
      : ['`sandbox_check` is missing: processes that leave the session of a run are not found.']),
    'A run outlives this process when it is killed: macOS ties no process to its parent.',
    ...(probe.uid === 0
      ? ['Running as root: Seatbelt holds, but a gap in it costs more. Use an ordinary user.']
      : []),
  ];
}
