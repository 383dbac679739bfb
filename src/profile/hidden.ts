import { ProfileError } from '../errors.js';
import type { PolicyPath } from '../types.js';
import { canonicalPath, type CanonicalPath, type LookupCache } from './canonical.js';
import { isInside, isInsideAny } from './containment.js';
import type { MachineFacts } from './machine.js';
import { mountAliases, parseMountinfo, type Mount } from './mounts.js';
import { locate, type PathContext } from './paths.js';
import { environmentFilePaths, environmentFiles, secretPaths } from './secret_paths.js';

/** Where the paths of `hide` lead. */
export function locateHides(hides: readonly string[], where: string, context: PathContext): CanonicalPath[] {
  return hides.flatMap((path, index) => {
    if (path !== environmentFiles) return [locate(path, `${where}[${index}]`, context)];
    return environmentFilePaths(context.workspace).map((file) => canonicalPath(file));
  });
}

/**
 * A history file that links to /dev/null is a habit, and hiding the device would break every program. Nothing below these trees is
 * a stored credential.
 */
function isStored(found: CanonicalPath): boolean {
  return !isInsideAny(found.path, ['/dev', '/proc']);
}

/**
 * Where the credential files of this machine are, without those that the caller released by naming exactly them in `allowRead`. A
 * path that cannot be examined because a directory may not be searched is replaced by that directory: its owner, who is the
 * sandboxee too, could open it up.
 */
export function locateSecrets(
  homes: readonly string[],
  machine: MachineFacts,
  released: ReadonlySet<string>,
): CanonicalPath[] {
  const cache: LookupCache = new Map();
  const found = secretPaths(homes, machine.platform).map((path) => canonicalPath(path, cache));
  return found.filter((item) => isStored(item) && !released.has(item.path));
}

function aliasesOf(item: CanonicalPath, mounts: readonly Mount[]): CanonicalPath[] {
  if (item.kind === 'absent') return [];
  return mountAliases(item.path, mounts)
    .map((path) => canonicalPath(path))
    .filter((alias) => alias.kind !== 'absent' && !alias.blocked);
}

/** The hidden paths and every other place where mounts make the same files appear. */
export function withAliases(hidden: readonly CanonicalPath[], machine: MachineFacts): CanonicalPath[] {
  if (machine.mountinfo === undefined) return [...hidden];
  const mounts = parseMountinfo(machine.mountinfo);
  return [...hidden, ...hidden.flatMap((item) => aliasesOf(item, mounts))];
}

/** A workspace that is hidden itself cannot be worked in. */
export function checkWorkspaceVisible(workspace: string, hidden: readonly CanonicalPath[]): void {
  const cover = hidden.find((item) => isInside(workspace, item.path));
  if (cover === undefined) return;
  throw new ProfileError(
    'ERR_INVALID_PATH',
    `The workspace ${JSON.stringify(workspace)} lies inside ${JSON.stringify(cover.path)}, which is hidden. Choose another workspace.`,
    { subject: workspace },
  );
}

/** Protected paths without those that are hidden: what cannot be seen is mounted over, and cannot be changed either. */
export function withoutCovered(entries: readonly PolicyPath[], hidden: readonly PolicyPath[]): PolicyPath[] {
  const covers = hidden.filter((item) => item.kind !== 'absent');
  return entries.filter((entry) => !covers.some((item) => isInside(entry.path, item.path)));
}
