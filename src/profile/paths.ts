import { posix } from 'node:path';
import { ProfileError } from '../errors.js';
import { isAbsolutePath } from './absolute.js';
import { canonicalPath, type CanonicalPath } from './canonical.js';

/** What the words of a path are relative to. */
export interface PathContext {
  /** Canonical. */
  readonly workspace: string;
  readonly home: string;
}

function invalid(where: string, problem: string): never {
  throw new ProfileError('ERR_INVALID_PATH', `${where}: ${problem}`, { subject: where });
}

/** Checks what every path has to be, and shows the same message for each place where a path is taken. */
export function checkPathText(path: unknown, where: string): asserts path is string {
  if (typeof path !== 'string') invalid(where, `a path must be a string, not ${typeof path}.`);
  if (path === '') invalid(where, 'the path is empty. Use "." for the workspace.');
  if (path.includes('\0')) invalid(where, 'the path contains a NUL character.');
}

/**
 * Characters of a glob are refused even where a file has such a name. Otherwise the workspace could decide, by creating one, that
 * a pattern meant to cover many files is the name of a single file.
 */
function checkNoGlob(path: string, where: string): void {
  if (!/[*?[\]{}]/.test(path)) return;
  invalid(
    where,
    `${JSON.stringify(path)} looks like a glob, and globs are not supported. Name the directory that holds the files.`,
  );
}

/** A path as the caller wrote it, made absolute: `~/` is the home directory, anything else relative is of the workspace. */
export function absolutePath(path: unknown, where: string, context: PathContext): string {
  checkPathText(path, where);
  checkNoGlob(path, where);
  if (path === '~' || path.startsWith('~/')) {
    if (!isAbsolutePath(context.home))
      invalid(where, `${JSON.stringify(path)}: the home directory is not known. Write the whole path.`);
    return `${posix.join(context.home, '.')}${path.slice(1)}`;
  }
  if (path.startsWith('~')) {
    invalid(
      where,
      `${JSON.stringify(path)}: another user's home directory cannot be named with "~". Write the whole path, or "./${path}".`,
    );
  }
  return isAbsolutePath(path) ? path : `${context.workspace}/${path}`;
}

/** Where a caller's path leads. */
export function locate(path: unknown, where: string, context: PathContext): CanonicalPath {
  return canonicalPath(absolutePath(path, where, context));
}

/** The same for a path that has to exist. */
export function locateExisting(path: unknown, where: string, context: PathContext): CanonicalPath {
  const found = locate(path, where, context);
  if (found.blocked)
    invalid(where, `${JSON.stringify(path)} cannot be examined: ${found.path} may not be searched.`);
  if (found.kind === 'absent') {
    invalid(
      where,
      `${JSON.stringify(path)} does not exist (${found.path}). Create it first, or leave it out.`,
    );
  }
  return found;
}
