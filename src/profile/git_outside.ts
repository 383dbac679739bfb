import { lstatSync } from 'node:fs';
import { posix } from 'node:path';
import { canonicalPath } from './canonical.js';
import { isInside } from './containment.js';
import { gitFileTarget, isGitDirectory, resolveFrom } from './git.js';
import { configValues, readSmallFile } from './git_config.js';

function ownedBy(path: string, uid: number): boolean {
  try {
    return lstatSync(path).uid === uid;
  } catch {
    return false;
  }
}

function canonicalDirectory(path: string): string | undefined {
  const found = canonicalPath(path);
  return found.kind === 'directory' && !found.blocked ? found.path : undefined;
}

/** The common directory of the linked worktree `gitDirectory`, if that one names `workspace` as its own. */
function commonDirectory(gitDirectory: string, workspace: string): string | undefined {
  const back = readSmallFile(posix.join(gitDirectory, 'gitdir'))?.trimEnd();
  const common = readSmallFile(posix.join(gitDirectory, 'commondir'))?.trimEnd();
  if (back === undefined || back === '' || common === undefined || common === '') return undefined;
  if (canonicalPath(resolveFrom(gitDirectory, back)).path !== posix.join(workspace, '.git')) return undefined;
  const directory = canonicalDirectory(resolveFrom(gitDirectory, common));
  // Without this a worktree made up inside the workspace could name any repository of the user.
  return directory !== undefined && posix.dirname(gitDirectory) === posix.join(directory, 'worktrees')
    ? directory
    : undefined;
}

/** True when the configuration of `gitDirectory` names `workspace` as its worktree: a submodule, or `--separate-git-dir`. */
function namesWorktree(gitDirectory: string, workspace: string): boolean {
  const config = readSmallFile(posix.join(gitDirectory, 'config')) ?? '';
  const declared = configValues(config, 'core', 'worktree').at(-1);
  return declared !== undefined && canonicalPath(resolveFrom(gitDirectory, declared)).path === workspace;
}

/**
 * The git directory that a workspace with a `.git` file needs write access to, though it lies outside.
 *
 * The `.git` file is part of the workspace and proves nothing: it could name any repository of the user. What it names must
 * therefore point back at this very workspace, from a file that lies outside and that no sandboxee could have written; it must be a
 * repository, and belong to the user. Otherwise there is no grant, and git can read the repository but not commit.
 */
export function outsideGitDirectory(workspace: string, uid: number): string | undefined {
  const gitFile = posix.join(workspace, '.git');
  if (!isRegularFile(gitFile)) return undefined;
  const target = gitFileTarget(gitFile);
  const gitDirectory = target === undefined ? undefined : canonicalDirectory(target);
  if (gitDirectory === undefined || isInside(gitDirectory, workspace)) return undefined;
  const granted =
    commonDirectory(gitDirectory, workspace) ??
    (namesWorktree(gitDirectory, workspace) ? gitDirectory : undefined);
  if (granted === undefined || isInside(workspace, granted) || !isGitDirectory(granted)) return undefined;
  return ownedBy(granted, uid) && ownedBy(gitDirectory, uid) ? granted : undefined;
}

function isRegularFile(path: string): boolean {
  try {
    return lstatSync(path).isFile();
  } catch {
    return false;
  }
}
