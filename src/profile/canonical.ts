import { lstatSync, readlinkSync } from 'node:fs';
import { posix } from 'node:path';
import { ProfileError } from '../errors.js';
import type { PathKind } from '../types.js';
import { canonicalOnWindows } from './windows_canonical.js';

/** Where a path leads. */
export interface CanonicalPath {
  /** Absolute, without symlinks, as far as it exists. */
  readonly path: string;
  readonly kind: PathKind;
  /** The symlinks that were followed, each by the canonical path of its directory. */
  readonly links: readonly string[];
  /** True when a directory on the way may not be searched: `path` is then that directory. */
  readonly blocked: boolean;
}

// The kernel's own bound on a path lookup.
const maximumLinks = 40;

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}

function refuse(path: string, problem: string, cause?: unknown): never {
  throw new ProfileError('ERR_INVALID_PATH', `The path ${JSON.stringify(path)} ${problem}.`, {
    subject: path,
    cause,
  });
}

type Found =
  | { readonly kind: 'file' | 'directory' | 'absent' | 'blocked' }
  | { readonly kind: 'link'; readonly target: string };

function lookup(path: string, whole: string): Found {
  try {
    // Most credential files do not exist; an exception for each would cost more than everything else here.
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return { kind: 'absent' };
    if (stats.isSymbolicLink()) return { kind: 'link', target: readlinkSync(path) };
    return { kind: stats.isDirectory() ? 'directory' : 'file' };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'blocked' };
    refuse(whole, `cannot be examined: ${code}`, error);
  }
}

/** Lookups that paths of one pass share. Short-lived: what it says was true a moment ago. */
export type LookupCache = Map<string, Found>;

/** The words of a path, the last one first, as a stack to pop from. */
function words(path: string): string[] {
  return path
    .split('/')
    .filter((word) => word !== '' && word !== '.')
    .reverse();
}

/**
 * Follows an absolute path the way that the kernel does: `..` after a symlink leaves the directory that the link leads to. Unlike
 * realpath it also says where a path would be that does not exist yet, and which links lead there.
 */
export function canonicalPath(path: string, cache?: LookupCache): CanonicalPath {
  if (process.platform === 'win32') return canonicalOnWindows(path);
  const links: string[] = [];
  const pending = words(path);
  let current = '/';
  let kind: PathKind = 'directory';
  for (let word = pending.pop(); word !== undefined; word = pending.pop()) {
    if (word === '..') {
      current = posix.dirname(current);
      continue;
    }
    const next = current === '/' ? `/${word}` : `${current}/${word}`;
    const found = cache?.get(next) ?? lookup(next, path);
    cache?.set(next, found);
    if (found.kind === 'link') {
      links.push(next);
      if (links.length > maximumLinks) refuse(path, 'leads through a cycle of symlinks');
      pending.push(...words(found.target));
      if (found.target.startsWith('/')) current = '/';
      kind = 'directory';
      continue;
    }
    if (found.kind === 'blocked') return { path: current, kind: 'directory', links, blocked: true };
    if (found.kind === 'absent' || (found.kind === 'file' && pending.length > 0)) {
      // What `..` means below something that is not a directory depends on what is created there.
      if (pending.includes('..'))
        refuse(path, `uses ".." below ${JSON.stringify(next)}, which is not a directory`);
      return { path: [next, ...pending.reverse()].join('/'), kind: 'absent', links, blocked: false };
    }
    current = next;
    kind = found.kind;
  }
  return { path: current, kind, links, blocked: false };
}
