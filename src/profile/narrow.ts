import type { FilesystemBound, NetworkAccess, ProfileDefinition, ProfileName } from '../types.js';
import { freezeDefinition, toDefinition } from './define.js';
import { smallestLimits } from './limits.js';
import { intersectSpellings, normalSpelling } from './spelling.js';

/** Everything that a definition lets be written, the workspace included. */
function writes(definition: ProfileDefinition): string[] {
  const { allowWrite } = definition.filesystem;
  return definition.workspace === 'write' ? ['.', ...allowWrite] : [...allowWrite];
}

/** What a definition lets be read by name. A tree that may be written may be read. */
function reads(definition: ProfileDefinition): string[] {
  return ['.', ...definition.filesystem.allowRead, ...writes(definition)];
}

function intersectReads(a: ProfileDefinition, b: ProfileDefinition): string[] {
  if (a.filesystem.read === 'minimal' && b.filesystem.read === 'minimal')
    return intersectSpellings(reads(a), reads(b));
  if (a.filesystem.read === 'minimal') return reads(a).map(normalSpelling);
  if (b.filesystem.read === 'minimal') return reads(b).map(normalSpelling);
  // Both read everything, so a name in allowRead matters only as the release of a credential file, which takes both.
  const released = new Set(b.filesystem.allowRead.map(normalSpelling));
  return a.filesystem.allowRead.map(normalSpelling).filter((path) => released.has(path));
}

/**
 * The spellings of a list say which grants are nested, but only the file system knows where they lead: `/a/link` is spelled inside
 * `/a` and may be anywhere. So the grants of both sides travel along as bounds, and resolving a policy intersects canonical paths.
 */
function bounds(definition: ProfileDefinition): readonly FilesystemBound[] {
  if (definition.within !== undefined) return definition.within;
  const { read, allowRead, allowWrite } = definition.filesystem;
  return [{ workspace: definition.workspace, read, allowRead, allowWrite }];
}

const networkOrder = ['none', 'read-only', 'all'] as const;

/** `net-read-only` gets its network from the broker, so it stands between none and all. */
function networkRank(definition: ProfileDefinition): number {
  if (definition.network === 'all') return 2;
  return definition.base === 'net-read-only' ? 1 : 0;
}

function baseOf(workspace: 'read' | 'write', network: (typeof networkOrder)[number]): ProfileName {
  if (network === 'read-only') return 'net-read-only';
  if (workspace === 'write') return network === 'all' ? 'workspace-net' : 'workspace-write';
  return 'offline';
}

/**
 * The profile that allows only what both profiles allow. It never enlarges either: grants are intersected, protected and hidden paths
 * united, and of each pair of limits the smaller one holds.
 */
export function narrow(a: string | ProfileDefinition, b: string | ProfileDefinition): ProfileDefinition {
  const left = toDefinition(a);
  const right = toDefinition(b);
  const limits = smallestLimits(left.limits, right.limits);
  const name = left.name === right.name ? left.name : `${left.name}+${right.name}`.slice(0, 128);
  // An unconfined profile allows everything that the other one does; only its limits narrow.
  if (!left.confined) return freezeDefinition({ ...right, name, limits });
  if (!right.confined) return freezeDefinition({ ...left, name, limits });

  const granted = intersectSpellings(writes(left), writes(right));
  const workspace = granted.includes('.') ? 'write' : 'read';
  const allowWrite = granted.filter((path) => path !== '.');
  const allowRead = intersectReads(left, right).filter((path) => path !== '.');
  const network = networkOrder[Math.min(networkRank(left), networkRank(right))] ?? 'none';
  const access: NetworkAccess = network === 'all' ? 'all' : 'none';
  return freezeDefinition({
    name,
    base: left.base === right.base ? left.base : baseOf(workspace, network),
    workspace,
    filesystem: {
      read: left.filesystem.read === 'all' ? right.filesystem.read : 'minimal',
      allowRead,
      allowWrite,
      protect: [...left.filesystem.protect, ...right.filesystem.protect],
      hide: [...left.filesystem.hide, ...right.filesystem.hide],
    },
    network: access,
    confined: true,
    limits,
    within: [...bounds(left), ...bounds(right)],
  });
}
