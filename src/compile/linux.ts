import { isInsideAny } from '../profile/containment.js';
import { type Enforcement, type LinuxProbe, type SandboxPolicy } from '../types.js';
import { commonDevices } from './devices.js';
import { reportGuarantees } from './guarantees.js';
import { watchdogOf } from './limit_guarantees.js';
import { chooseMeans, type Means, writesNothing } from './means.js';
import { keeps, pins, protectedAbsent, protectedRoots, scratches, visibleHidden } from './paths.js';
import { type CompiledPlan } from './system.js';

const defaultScratchBytes = 1024 ** 3;

/** Writes one directive per value. */
function each(keyword: string, values: readonly string[]): string[] {
  return values.flatMap((value) => [keyword, value]);
}

function namespaceDirectives(policy: SandboxPolicy, means: Means): string[] {
  if (!means.pidNamespace) return ['init', 'subreaper'];
  const net = means.netNamespace ? ',net' : '';
  return [
    'namespaces',
    `user,mount,pid,ipc,uts${net}`,
    ...(policy.isolation === 'fresh' ? ['isolation', 'fresh'] : []),
    'init',
    'pid1',
  ];
}

function filesystemDirectives(policy: SandboxPolicy, means: Means, devices: readonly string[]): string[] {
  const hidden = visibleHidden(policy, means.mounts);
  const existing = hidden.filter(({ kind }) => kind !== 'absent').map(({ path }) => path);
  // A path that a rule names and that appears later invalidates the policy, so the run is answered `stale` and resolved again.
  const absent = hidden.filter(({ kind }) => kind === 'absent').map(({ path }) => path);
  const mounts = means.mounts
    ? [
        ...each('pin', pins(policy)),
        ...each('protect', protectedRoots(policy)),
        ...each('scratch', scratches(policy)),
        ...each('keep', keeps(policy)),
        'scratch-size',
        String(policy.limits.scratchBytes ?? defaultScratchBytes),
        'dev',
        'minimal',
      ]
    : [];
  return [
    ...each('read', policy.filesystem.readable),
    // A protected path wins over a grant at or below it.
    ...each(
      'write',
      policy.filesystem.writable.filter((path) => !isInsideAny(path, protectedRoots(policy))),
    ),
    ...each('device', devices),
    ...mounts,
    ...each('hide', existing),
    ...each('absent', [...absent, ...protectedAbsent(policy)]),
  ];
}

function landlockDirectives(policy: SandboxPolicy, means: Means, probe: LinuxProbe): string[] {
  if (!means.landlock) return ['landlock', 'off'];
  return [
    'landlock',
    'on',
    ...(probe.landlockSignalScope ? ['scope', 'signal'] : []),
    ...(probe.landlockAbstractUnixScope ? ['scope', 'abstract-unix'] : []),
    // With a network namespace the private loopback must stay usable.
    ...(probe.landlockNet && policy.network === 'none' && !means.netNamespace
      ? ['landlock-net', 'deny']
      : []),
  ];
}

function filterDirectives(policy: SandboxPolicy, means: Means): string[] {
  const groups = ['base', 'no-unix'];
  if (policy.network === 'none' && !means.netNamespace) groups.push('no-inet');
  if (!means.mounts && writesNothing(policy)) groups.push('no-metadata');
  if (!means.pidNamespace) groups.push('no-ipc', 'no-foreign-pids');
  return each('filter', groups);
}

function limitDirectives(policy: SandboxPolicy): string[] {
  const { cpuMs, addressSpaceBytes, files, fileSizeBytes, processes, memoryBytes } = policy.limits;
  const values: readonly (readonly [string, number | undefined])[] = [
    // One second above the watchdog's limit over the tree, so that the watchdog names the reason first.
    ['cpu', cpuMs === undefined ? undefined : Math.ceil(cpuMs / 1000) + 1],
    ['address-space', addressSpaceBytes],
    ['files', files],
    ['file-size', fileSizeBytes],
    ['processes', processes],
    ['memory', memoryBytes],
  ];
  return values.flatMap(([name, value]) => (value === undefined ? [] : ['limit', name, String(value)]));
}

/**
 * Compiles a policy for the machine that the probe describes. Pure. It always answers: whether the guarantees suffice to start is
 * decided by `requireMinimum`, so that `doctor` can show plans that do not.
 */
export function compileLinux(
  policy: SandboxPolicy,
  probe: LinuxProbe,
  devices: readonly string[] = commonDevices,
): CompiledPlan {
  const means = chooseMeans(policy, probe);
  const enforcement: Enforcement = { tier: means.tier, guarantees: reportGuarantees(policy, means, probe) };
  const confinement = policy.confined
    ? [
        ...filesystemDirectives(policy, means, devices),
        ...landlockDirectives(policy, means, probe),
        ...filterDirectives(policy, means),
        'privileges',
        'drop',
      ]
    : ['privileges', 'keep'];
  return {
    directives: [
      ...namespaceDirectives(policy, means),
      ...confinement,
      ...limitDirectives(policy),
      ...(means.cgroup ? ['cgroup', 'own'] : []),
    ],
    enforcement,
    watchdog: watchdogOf(policy.limits, means, probe),
  };
}
