import { isInside, isInsideAny } from '../profile/containment.js';
import { type PolicyPath, type SandboxPolicy } from '../types.js';
import { keeps, scratches } from './paths.js';
import { commonDevices } from './devices.js';

/** Whether a policy lets a path be read or written, and the rule that decides. `path` is absolute and canonical. */
export interface Access {
  readonly allowed: boolean;
  readonly rule: string;
  /** The hidden or protected path that decided, if it exists: naming it exactly in a grant lifts it. */
  readonly entry?: string;
}

function allow(rule: string): Access {
  return { allowed: true, rule };
}

function deny(rule: string): Access {
  return { allowed: false, rule };
}

function covering(path: string, list: readonly PolicyPath[]): PolicyPath | undefined {
  return list.find((entry) => isInside(path, entry.path));
}

function denyEntry(word: string, { path, kind }: PolicyPath): Access {
  return { ...deny(`${word}: ${path}`), ...(kind === 'absent' ? {} : { entry: path }) };
}

function treeOf(path: string, trees: readonly string[]): string | undefined {
  return trees.find((tree) => isInside(path, tree));
}

/** The private scratch tree that covers a path in a mount namespace. */
function scratchOf(path: string, policy: SandboxPolicy): string | undefined {
  return isInsideAny(path, keeps(policy)) ? undefined : treeOf(path, scratches(policy));
}

export function readAccess(path: string, policy: SandboxPolicy, mounts: boolean): Access {
  if (!policy.confined) return allow('the profile does not confine');
  const hidden = covering(path, policy.filesystem.hidden);
  if (hidden !== undefined) return denyEntry('hidden', hidden);
  const scratch = mounts ? scratchOf(path, policy) : undefined;
  if (scratch !== undefined) return allow(`scratch: ${scratch}, private to the run and empty at its start`);
  const granted = treeOf(path, [...policy.filesystem.writable, ...policy.filesystem.readable]);
  if (granted !== undefined) return allow(granted === '/' ? 'read: all' : `readable: ${granted}`);
  return commonDevices.includes(path) ? allow(`device: ${path}`) : deny('read: minimal');
}

export function writeAccess(path: string, policy: SandboxPolicy, mounts: boolean): Access {
  if (!policy.confined) return allow('the profile does not confine');
  const guarded = covering(path, policy.filesystem.protected);
  if (guarded !== undefined) return denyEntry('protected', guarded);
  const hidden = covering(path, policy.filesystem.hidden);
  if (hidden !== undefined) return denyEntry('hidden', hidden);
  const writable = treeOf(path, policy.filesystem.writable);
  if (writable !== undefined) return allow(`writable: ${writable}`);
  if (commonDevices.includes(path)) return allow(`device: ${path}`);
  const scratch = mounts ? scratchOf(path, policy) : undefined;
  if (scratch !== undefined) return allow(`scratch: ${scratch}, private to the run and gone afterwards`);
  return deny('nothing grants it');
}
