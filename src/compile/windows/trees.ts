import { type SandboxPolicy } from '../../types.js';
import {
  canonicalWindowsPath,
  directoriesBetween,
  isInsideAnyWindows,
  isInsideWindows,
  outermostWindows,
} from '../../profile/windows_paths.js';

/** What a container is granted and refused, by path. */
export interface WindowsTrees {
  readonly readable: readonly string[];
  readonly writable: readonly string[];
  /** Directories and links on the way to protected and hidden paths, which must not be moved away. */
  readonly pins: readonly string[];
  readonly protects: readonly string[];
  readonly hides: readonly string[];
  /** Protected and hidden paths that do not exist. */
  readonly absents: readonly string[];
}

interface Entries {
  readonly existing: readonly string[];
  readonly absent: readonly string[];
}

function entriesIn(list: SandboxPolicy['filesystem']['hidden'], trees: readonly string[]): Entries {
  const inside = list
    .map(({ path, kind }) => ({ path: canonicalWindowsPath(path), kind }))
    .filter(({ path }) => isInsideAnyWindows(path, trees));
  const existing = outermostWindows(inside.filter(({ kind }) => kind !== 'absent').map(({ path }) => path));
  const absent = inside.filter(({ path, kind }) => kind === 'absent' && !isInsideAnyWindows(path, existing));
  return { existing, absent: outermostWindows(absent.map(({ path }) => path)) };
}

function pinsOf(writable: readonly string[], paths: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const tree = writable.find((root) => isInsideWindows(path, root));
    for (const directory of tree === undefined ? [] : directoriesBetween(tree, path)) found.add(directory);
  }
  return [...found].sort();
}

/**
 * A container can reach nothing but what it is granted, so `read: 'all'` is the system's own folders and what the policy names. Paths
 * outside of that need no entry: nobody opens them.
 */
export function treesOf({ workspace, filesystem }: SandboxPolicy): WindowsTrees {
  const writable = outermostWindows(filesystem.writable.map((path) => canonicalWindowsPath(path)));
  const named = [workspace, ...filesystem.readable].filter((path) => path !== '/');
  const granted = outermostWindows(named.map((path) => canonicalWindowsPath(path)));
  const readable = granted.filter((path) => !isInsideAnyWindows(path, writable));
  const trees = [...readable, ...writable];
  const guarded = entriesIn(filesystem.protected, writable);
  const hidden = entriesIn(filesystem.hidden, trees);
  const links = (filesystem.protectedLinks ?? []).map((path) => canonicalWindowsPath(path));
  const held = links.filter((path) => isInsideAnyWindows(path, writable));
  return {
    readable,
    // A protected path wins over a grant at or below it.
    writable: writable.filter((path) => !isInsideAnyWindows(path, guarded.existing)),
    pins: [
      ...new Set([...pinsOf(writable, [...guarded.existing, ...hidden.existing, ...held]), ...held]),
    ].sort(),
    protects: guarded.existing,
    hides: hidden.existing,
    absents: [...new Set([...guarded.absent, ...hidden.absent])].sort(),
  };
}
