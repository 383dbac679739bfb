/**
 * Containment of canonical absolute paths, decided at path boundaries and never by a bare string prefix:
 * `/a/bc` is not inside `/a/b`.
 */

/** True when `path` is the root of `tree` or lies below it. */
export function isInside(path: string, tree: string): boolean {
  if (path === tree || tree === '/') return true;
  return path.length > tree.length && path.startsWith(tree) && path[tree.length] === '/';
}

/** True when `path` is inside one of `trees`. No tree contains anything when there are none. */
export function isInsideAny(path: string, trees: readonly string[]): boolean {
  return trees.some((tree) => isInside(path, tree));
}

/** The fewest trees that cover the same paths, sorted. */
export function outermost(trees: readonly string[]): string[] {
  const kept: string[] = [];
  for (const tree of [...new Set(trees)].sort()) {
    if (!isInsideAny(tree, kept)) kept.push(tree);
  }
  return kept;
}

/** The trees that cover what both lists cover: of each nested pair the inner one. */
export function intersectTrees(a: readonly string[], b: readonly string[]): string[] {
  return outermost([
    ...a.filter((tree) => isInsideAny(tree, b)),
    ...b.filter((tree) => isInsideAny(tree, a)),
  ]);
}
