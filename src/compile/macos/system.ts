import { type Enforcement, type MacosProbe, type SandboxPolicy } from '../../types.js';
import { type Watchdog } from '../limit_guarantees.js';
import { partial } from '../report.js';
import { type CompiledPlan, type System } from '../system.js';
import { reportMacos, seatbeltProblem } from './guarantees.js';
import { notesMacos, requireMinimumMacos } from './minimum.js';
import { kernelPath } from './parameters.js';
import { seatbeltProfile } from './profile.js';

function limitDirectives({ limits }: SandboxPolicy): string[] {
  const { cpuMs, addressSpaceBytes, files, fileSizeBytes } = limits;
  const values: readonly (readonly [string, number | undefined])[] = [
    // One second above the watchdog's limit over the tree, so that the watchdog names the reason first.
    ['cpu', cpuMs === undefined ? undefined : Math.ceil(cpuMs / 1000) + 1],
    ['address-space', addressSpaceBytes],
    ['files', files],
    ['file-size', fileSizeBytes],
  ];
  return values.flatMap(([name, value]) => (value === undefined ? [] : ['limit', name, String(value)]));
}

/**
 * Paths whose nature the profile depends on: one that turned into a link since leads to a file that no rule names. The addon looks at
 * them before every run.
 */
function facts({ filesystem }: SandboxPolicy): string[] {
  const { hidden, protected: guarded, protectedLinks = [], writable } = filesystem;
  const each = (keyword: string, paths: readonly string[]): string[] =>
    paths.flatMap((path) => [keyword, kernelPath(path)]);
  const existing = (paths: SandboxPolicy['filesystem']['hidden']): string[] =>
    paths.filter(({ kind }) => kind !== 'absent').map(({ path }) => path);
  const absent = [...hidden, ...guarded].filter(({ kind }) => kind === 'absent').map(({ path }) => path);
  return [
    ...each('write', writable),
    ...each('protect', [...existing(guarded), ...protectedLinks]),
    ...each('hide', existing(hidden)),
    ...each('absent', absent),
  ];
}

function watchdog({ limits }: SandboxPolicy): Watchdog {
  return { memory: limits.memoryBytes ?? 0, processes: limits.processes ?? 0, cpuMs: limits.cpuMs ?? 0 };
}

/** Runs of a process share a reader of the log that the first of them starts; what a run found in it is in its own report. */
const unifiedLog = partial(
  "the kernel's part of the unified log, by the tag of the run",
  'the log can drop entries and cut long ones; reading it has not been tried on a Mac',
);

/** Compiles a policy for the Mac that the probe describes. Pure. It always answers, as on the other systems. */
export function compileMacos(policy: SandboxPolicy, probe: MacosProbe): CompiledPlan {
  const confined = policy.confined && seatbeltProblem(probe) === undefined;
  // The tier with mounts promises a private /tmp, which only a mount can give.
  const enforcement: Enforcement = {
    tier: confined ? 'light' : 'unconfined',
    guarantees: reportMacos(policy, probe),
    ...(confined ? { denials: unifiedLog } : {}),
  };
  const directives = limitDirectives(policy);
  if (!policy.confined)
    return { directives: ['seatbelt', 'off', ...directives], enforcement, watchdog: watchdog(policy) };
  const { text, parameters } = seatbeltProfile(policy, { kind: policy.network });
  return {
    directives: [
      ...['seatbelt', 'on', 'profile', text],
      ...parameters.flatMap((entry) => ['param', entry]),
      ...facts(policy),
      ...directives,
    ],
    enforcement,
    watchdog: watchdog(policy),
  };
}

export const macosSystem: System<MacosProbe> = {
  name: 'macos',
  compile: compileMacos,
  requireMinimum: requireMinimumMacos,
  notes: notesMacos,
};
