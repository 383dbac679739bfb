import { type SandboxPolicy, type WindowsProbe } from '../../types.js';
import { writesNothing } from '../means.js';
import { type CompiledPlan } from '../system.js';
import { reportWindows } from './guarantees.js';
import { limitDirectives, windowsWatchdog } from './limits.js';
import { chooseWindowsMeans, type WindowsMeans } from './means.js';
import { treesOf } from './trees.js';

const uiLimits = [
  ...['desktop', 'display-settings', 'exit-windows', 'global-atoms'],
  ...['handles', 'read-clipboard', 'system-parameters', 'write-clipboard'],
] as const;

/** Writes one directive per value. */
function each(keyword: string, values: readonly string[]): string[] {
  return values.flatMap((value) => [keyword, value]);
}

function treeDirectives(policy: SandboxPolicy): string[] {
  const trees = treesOf(policy);
  return [
    ...each('hide', trees.hides),
    ...each('protect', trees.protects),
    ...each('pin', trees.pins),
    ...each('read', trees.readable),
    ...each('write', trees.writable),
    ...each('absent', trees.absents),
  ];
}

/** What the loader of the process itself refuses. A tool that builds programs has to be able to start them, so not in profiles that write. */
function mitigations(policy: SandboxPolicy): string[] {
  const names = ['extension-points', 'remote-images'];
  if (writesNothing(policy)) names.push('low-images');
  return each('mitigation', names);
}

function confinement(policy: SandboxPolicy, means: WindowsMeans): string[] {
  return [
    ...['token', 'restricted'],
    ...(means.lowIntegrity ? ['integrity', 'low'] : []),
    ...(means.container ? ['container', policy.network === 'none' ? 'no-network' : 'network'] : []),
    ...['console', 'own'],
    ...(means.ui ? each('ui', uiLimits) : []),
    ...mitigations(policy),
    ...(policy.limits.processes === 1 ? ['children', 'none'] : []),
    // Without a container there is nobody to grant anything to.
    ...(means.container ? treeDirectives(policy) : []),
  ];
}

/** Compiles a policy for the machine that the probe describes. Pure. It always answers, see `System.compile`. */
export function compileWindows(policy: SandboxPolicy, probe: WindowsProbe): CompiledPlan {
  const means = chooseWindowsMeans(policy, probe);
  return {
    directives: [
      ...['job', 'kill-on-close'],
      ...(policy.confined ? confinement(policy, means) : ['token', 'host', 'console', 'host']),
      ...limitDirectives(policy),
    ],
    enforcement: { tier: means.tier, guarantees: reportWindows(policy, means, probe) },
    watchdog: windowsWatchdog(policy.limits, probe),
  };
}
