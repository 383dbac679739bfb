import { constants, type BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

import { files } from '../../builtins.js';

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** A directory that is held open, so that nobody can swap it for a symbolic link between two steps. */
export interface HeldDirectory extends AsyncDisposable {
  /** A path that always means this directory, whatever happens to its name. */
  readonly path: string;
}

/** Where a walk towards a path ended. `link`: an ancestor is a symbolic link, and `name` is the link. */
export type Found =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'entry' | 'link';
      readonly parent: HeldDirectory;
      readonly name: string;
      /** From the root to here. */
      readonly relative: string;
      readonly stats: BigIntStats;
    };

function hold(handle: FileHandle): HeldDirectory {
  return {
    path: `/proc/self/fd/${handle.fd}`,
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** The stats of a path without following a link, or undefined when nothing is there. */
export async function look(path: string): Promise<BigIntStats | undefined> {
  try {
    return await files().lstat(path, { bigint: true });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export function isMissing(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * Windows has no path that means an open directory. Nobody of the run is left when this is called, so nothing but another run in the
 * same tree could swap it.
 */
async function unheldDirectory(path: string): Promise<HeldDirectory> {
  const stats = await files().lstat(path);
  if (!stats.isDirectory()) throw Object.assign(new Error(`${path} is no directory`), { code: 'ENOTDIR' });
  return { path, [Symbol.asyncDispose]: () => Promise.resolve() };
}

export async function openDirectory(path: string): Promise<HeldDirectory> {
  if (process.platform === 'win32') return unheldDirectory(path);
  return hold(await files().open(path, directoryFlags));
}

/** The names on the way from a root to a path inside it. */
export function partsBelow(root: string, path: string): readonly string[] {
  return path.slice(root === '/' ? 1 : root.length + 1).split('/');
}

/**
 * Walks from a root, which the run could not replace, to a path inside it, component by component and without following links: a run
 * may have put a link in the place of an ancestor to make us touch files elsewhere. The caller disposes of `parent`.
 */
export async function walk(root: string, path: string): Promise<Found> {
  const parts = partsBelow(root, path);
  let parent = await openDirectory(root);
  for (const [index, name] of parts.entries()) {
    const child = `${parent.path}/${name}`;
    const stats = await look(child);
    if (stats === undefined) {
      await parent[Symbol.asyncDispose]();
      return { kind: 'missing' };
    }
    const last = index === parts.length - 1;
    if (last || stats.isSymbolicLink()) {
      return {
        kind: last ? 'entry' : 'link',
        parent,
        name,
        relative: parts.slice(0, index + 1).join('/'),
        stats,
      };
    }
    if (!stats.isDirectory()) {
      await parent[Symbol.asyncDispose]();
      return { kind: 'missing' };
    }
    const next = await openDirectory(child);
    await parent[Symbol.asyncDispose]();
    parent = next;
  }
  return { kind: 'missing' };
}
