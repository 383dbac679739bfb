import { readdirSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { ProfileError } from '../errors.js';
import { isAbsolutePath } from './absolute.js';
import { canonicalPath } from './canonical.js';
import { configValues, readSmallFile } from './git_config.js';

/**
 * What can make git, run later by the user outside of the sandbox, execute a program of the sandboxee's choice. Everything that is
 * read here may have been written by the sandboxee of an earlier run or come with the workspace, so it is used in one direction
 * only: to protect more.
 */

// A repository with more submodules and worktrees than this is not searched, and the policy is refused.
const maximumDirectories = 4096;

function tooMany(directory: string): never {
  const problem = `${directory} has more submodules than can be protected.`;
  throw new ProfileError('ERR_INVALID_PATH', problem, { subject: directory });
}

function entries(directory: string): string[] {
  if (!isKind(directory, 'directory')) return [];
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${directory}/${entry.name}`);
  } catch {
    return [];
  }
}

export function isKind(path: string, kind: 'file' | 'directory'): boolean {
  try {
    // Most of what is asked for does not exist, and exceptions are slow.
    const stats = statSync(path, { throwIfNoEntry: false });
    return (kind === 'file' ? stats?.isFile() : stats?.isDirectory()) ?? false;
  } catch {
    return false;
  }
}

/** True for a directory that git would take for a repository. */
export function isGitDirectory(path: string): boolean {
  return (
    isKind(`${path}/HEAD`, 'file') &&
    isKind(`${path}/objects`, 'directory') &&
    isKind(`${path}/refs`, 'directory')
  );
}

export function resolveFrom(directory: string, path: string): string {
  return isAbsolutePath(path) ? path : `${directory}/${path}`;
}

/** The directories that `core.hooksPath` names. husky points at a directory whose scripts run those of its parent. */
export function hooksPaths(configText: string, worktree: string, home: string): string[] {
  return configValues(configText, 'core', 'hookspath').flatMap((value) => {
    if (value === '') return [];
    const path = value.startsWith('~/') ? posix.join(home, value.slice(2)) : resolveFrom(worktree, value);
    return path.endsWith('/_') ? [path, posix.dirname(path)] : [path];
  });
}

/**
 * The paths of a git directory that must not change: hooks, the configuration (it names programs: fsmonitor, filters, editors,
 * `core.hooksPath`), and `commondir`, which would make git read both from somewhere else. The same for its worktrees and submodules.
 * Objects, refs, index and HEAD stay writable, so `add`, `commit` and `checkout` work.
 */
export function gitDirectoryPaths(
  gitDirectory: string,
  worktree: string | undefined,
  home: string,
): string[] {
  const paths: string[] = [];
  const queue: [directory: string, worktree: string | undefined][] = [[gitDirectory, worktree]];
  for (let visited = 0; queue.length > 0; visited++) {
    if (visited > maximumDirectories) {
      tooMany(gitDirectory);
    }
    const [directory, tree] = queue.shift() ?? ['', undefined];
    for (const name of ['hooks', 'config', 'config.worktree', 'commondir'])
      paths.push(`${directory}/${name}`);
    const config = readSmallFile(`${directory}/config`) ?? '';
    const [declared] = configValues(config, 'core', 'worktree');
    const root = declared === undefined ? tree : resolveFrom(directory, declared);
    if (root !== undefined) paths.push(...hooksPaths(config, root, home));
    for (const linked of entries(`${directory}/worktrees`)) {
      for (const name of ['commondir', 'config.worktree', 'gitdir']) paths.push(`${linked}/${name}`);
    }
    queue.push(
      ...modulesOf(`${directory}/modules`).map((module): [string, undefined] => [module, undefined]),
    );
  }
  return paths;
}

/** The git directories below `modules`. A submodule's name may contain slashes, so they lie at any depth. */
function modulesOf(directory: string, budget = { left: maximumDirectories }): string[] {
  return entries(directory).flatMap((entry) => {
    if (budget.left-- <= 0) {
      tooMany(directory);
    }
    // `config` is looked at too because it is protected: a sandboxee could remove HEAD to have the next policy overlook the module.
    const isModule = ['config', 'HEAD'].some((name) => isKind(`${entry}/${name}`, 'file'));
    return isModule ? [entry] : modulesOf(entry, budget);
  });
}

/** Where a `.git` file points. */
export function gitFileTarget(gitFile: string): string | undefined {
  const match = /^gitdir: (.+?)\n*$/.exec(readSmallFile(gitFile) ?? '');
  return match?.[1] === undefined ? undefined : resolveFrom(posix.dirname(gitFile), match[1]);
}

/** The submodules' directories that `.gitmodules` names, as far as they lie below the repository. */
function submodules(root: string): string[] {
  const text = readSmallFile(`${root}/.gitmodules`) ?? '';
  return configValues(text, 'submodule', 'path')
    .map((path) => posix.normalize(path))
    .filter((path) => path !== '.' && !isAbsolutePath(path) && path.split('/')[0] !== '..')
    .map((path) => posix.join(root, path));
}

/** What has to be protected for a directory that has no `.git`: one must not appear, and a bare repository must not change. */
function withoutRepository(root: string, home: string): string[] {
  const paths = [`${root}/.git`];
  const bare =
    ['HEAD', 'config'].some((name) => isKind(`${root}/${name}`, 'file')) &&
    isKind(`${root}/objects`, 'directory');
  if (bare) paths.push(...gitDirectoryPaths(root, undefined, home));
  return paths;
}

function behindGitFile(root: string, home: string): string[] {
  const gitFile = `${root}/.git`;
  const target = gitFileTarget(gitFile);
  if (target === undefined) return [gitFile];
  const common = readSmallFile(`${target}/commondir`)?.trimEnd();
  const directories =
    common === undefined || common === '' ? [target] : [target, resolveFrom(target, common)];
  return [gitFile, ...directories.flatMap((directory) => gitDirectoryPaths(directory, root, home))];
}

/** Everything of git that must not change in a writable directory, its submodules included. */
export function repositoryPaths(directory: string, home: string): string[] {
  const paths: string[] = [];
  const queue = [directory];
  const seen = new Set(queue);
  for (let root = queue.shift(); root !== undefined; root = queue.shift()) {
    const { kind } = canonicalPath(`${root}/.git`);
    if (kind === 'directory') paths.push(...gitDirectoryPaths(`${root}/.git`, root, home));
    else if (kind === 'file') paths.push(...behindGitFile(root, home));
    else paths.push(...(root === directory ? withoutRepository(root, home) : [`${root}/.git`]));
    paths.push(`${root}/.gitmodules`);
    // A repository whose own HEAD was removed is none to git, which then takes a directory with a HEAD for a bare one.
    if (!isKind(`${root}/HEAD`, 'file')) paths.push(`${root}/HEAD`);
    for (const submodule of submodules(root)) {
      if (seen.has(submodule)) continue;
      seen.add(submodule);
      queue.push(submodule);
      if (seen.size > maximumDirectories) tooMany(directory);
    }
  }
  return paths;
}
