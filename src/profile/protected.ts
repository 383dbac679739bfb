import { ProfileError } from '../errors.js';
import type { PathKind, PolicyPath } from '../types.js';
import { canonicalPath, type CanonicalPath, type LookupCache } from './canonical.js';
import { isInside, isInsideAny, outermost } from './containment.js';
import { repositoryPaths, hooksPaths } from './git.js';
import { readSmallFile } from './git_config.js';
import type { Grants } from './grants.js';

/**
 * What a tool outside of the sandbox runs or obeys when the user next opens the workspace: the names are protected at the root of the
 * workspace and of every other writable directory, whether they exist or not. Git's own files are in `git.ts`.
 */
export const protectedNames: readonly string[] = [
  // Editors run tasks, extensions and language servers that these name.
  ...['.vscode', '.idea', '.zed', '.devcontainer'],
  // Agents take instructions, hooks, permissions and servers to start from these.
  ...['.mcp.json', '.claude', '.codex', '.agents', '.cursor', '.gemini'],
  // Package managers read where to get packages, and programs to load, from these.
  ...['.npmrc', '.yarnrc', '.yarnrc.yml', '.pnpmfile.cjs'],
  // Shells run these when they start, or when the user enters the directory.
  ...['.envrc', '.profile', '.bashrc', '.bash_profile', '.bash_login', '.bash_logout'],
  ...['.zshrc', '.zshenv', '.zprofile', '.zlogin', '.zlogout', '.kshrc', '.cshrc', '.tcshrc', '.login'],
  // Our own configuration.
  ...['.moated', '.moated.json', 'moated.json'],
];

/** Every path to protect in a writable directory, not yet canonical. */
export function protectedCandidates(root: string, homes: readonly string[]): string[] {
  const [home = '/'] = homes;
  const paths = protectedNames.map((name) => `${root}/${name}`);
  paths.push(...repositoryPaths(root, home));
  for (const owner of homes) {
    for (const file of ['.gitconfig', '.config/git/config']) {
      paths.push(...hooksPaths(readSmallFile(`${owner}/${file}`) ?? '', root, owner));
    }
  }
  return paths;
}

/** Entries by path, without those below another one that is a directory or does not exist itself. */
export function uniquePaths(entries: readonly PolicyPath[]): PolicyPath[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const covered = ({ path }: PolicyPath): boolean => {
    for (let end = path.lastIndexOf('/'); end >= 0; end = path.lastIndexOf('/', end - 1)) {
      const above = byPath.get(end === 0 ? '/' : path.slice(0, end));
      if (above !== undefined && above.path !== path && above.kind !== 'file') return true;
      if (end === 0) break;
    }
    return false;
  };
  return [...byPath.values()].filter((entry) => !covered(entry)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function toPolicyPath(found: { readonly path: string; readonly kind: PathKind }): PolicyPath {
  return { path: found.path, kind: found.kind };
}

/** The symlinks on the way to protected and hidden paths that could be replaced, because they lie in a writable tree. */
export function replaceableLinks(
  found: readonly CanonicalPath[],
  writable: readonly string[],
  entries: readonly PolicyPath[],
): string[] {
  const links = new Set(found.flatMap((item) => item.links));
  const fixed = entries.filter((entry) => entry.kind === 'directory').map((entry) => entry.path);
  return [...links].filter((link) => isInsideAny(link, writable) && !isInsideAny(link, fixed)).sort();
}

/** Where the candidates of all roots lead. */
export function locateProtected(roots: readonly string[], homes: readonly string[]): CanonicalPath[] {
  const cache: LookupCache = new Map();
  const directories = roots.filter((root) => canonicalPath(root).kind === 'directory');
  return directories
    .flatMap((root) => protectedCandidates(root, homes))
    .map((path) => canonicalPath(path, cache));
}

export interface ProtectionInput {
  readonly grants: Grants;
  /** Writable trees that are not the caller's grants. */
  readonly extra: readonly string[];
  /** Where the caller's own `protect` leads. */
  readonly chosen: readonly CanonicalPath[];
  readonly homes: readonly string[];
  readonly narrowed: boolean;
}

export interface Protection {
  readonly writable: readonly string[];
  readonly entries: readonly PolicyPath[];
  /** Everything that was looked at, inside writable trees or not. */
  readonly found: readonly CanonicalPath[];
}

/**
 * The writable trees and what stays fixed in them. A path that the caller protects wins over a grant of it or of something in it. A
 * built-in protected path gives way to a grant of exactly that path; a grant of something in it is refused, or falls away in a
 * narrowed profile, where it is one side's grant and the other side's protected path.
 */
export function protectPaths({ grants, extra, chosen, homes, narrowed }: ProtectionInput): Protection {
  const wanted = [...grants.write, ...extra].filter(
    (root) => !chosen.some((item) => isInside(root, item.path)),
  );
  if (wanted.length === 0) return { writable: [], entries: [], found: chosen };
  const roots = [...new Set(grants.roots)];
  const builtin = locateProtected(roots, homes).filter((item) => !grants.unprotected.has(item.path));
  const cover = (root: string): CanonicalPath | undefined =>
    builtin.find((item) => isInside(root, item.path));
  for (const root of narrowed ? [] : wanted) {
    const item = cover(root);
    if (item === undefined) continue;
    const problem = `filesystem.allowWrite: ${JSON.stringify(root)} lies inside ${JSON.stringify(item.path)}, which is protected. Grant that path itself.`;
    throw new ProfileError('ERR_INVALID_PATH', problem, { subject: root });
  }
  const writable = outermost(wanted.filter((root) => cover(root) === undefined));
  const found = [...builtin, ...chosen];
  const inside = found.filter((item) => isInsideAny(item.path, writable));
  return { writable, entries: uniquePaths(inside.map(toPolicyPath)), found };
}
