import { posix } from 'node:path';

/**
 * Paths as a profile spells them: absolute, below `~`, or relative to the workspace. What they lead to is unknown here, so two
 * spellings are related only where they are under every home, workspace and set of symlinks that does not cross them.
 */

/** One spelling for the same words: no repeated or trailing slash, no `.`, and `..` only at the front. */
export function normalSpelling(path: string): string {
  const normal = posix.normalize(path);
  const trimmed = normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
  // `./~x` is a file of the workspace and must not become a path below the home directory.
  return path.startsWith('./') && trimmed.startsWith('~') ? `./${trimmed}` : trimmed;
}

type Anchor = 'root' | 'home' | 'workspace';

function anchor(spelling: string): Anchor {
  if (spelling.startsWith('/')) return 'root';
  return spelling === '~' || spelling.startsWith('~/') ? 'home' : 'workspace';
}

/** True when the words alone say that `path` is inside `tree`; both are normal spellings. */
export function spelledInside(path: string, tree: string): boolean {
  if (path === tree || tree === '/') return true;
  if (anchor(path) !== anchor(tree)) return false;
  if (tree === '.') return path !== '..' && !path.startsWith('../');
  const rest = path.startsWith(`${tree}/`) ? path.slice(tree.length + 1) : undefined;
  return rest !== undefined && rest !== '..' && !rest.startsWith('../');
}

/** Of each nested pair the inner one; unrelated ones fall away, which narrows and never enlarges. */
export function intersectSpellings(a: readonly string[], b: readonly string[]): string[] {
  const left = a.map(normalSpelling);
  const right = b.map(normalSpelling);
  const both = [
    ...left.filter((path) => right.some((tree) => spelledInside(path, tree))),
    ...right.filter((path) => left.some((tree) => spelledInside(path, tree))),
  ];
  return [...new Set(both)];
}
