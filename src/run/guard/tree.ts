import {
  closeSync,
  constants,
  type BigIntStats,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';

import { files } from '../../builtins.js';
import { isMissing } from './walk.js';

/** What is remembered of one entry of a protected tree. */
export interface Entry {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly mode: number;
  /** Names of the file. With a second one, it can be written where nobody looks. */
  readonly links: number;
  /** Changes whenever the entry changes. The change time cannot be set by a program. */
  readonly signature: string;
  /** The content of a file or the target of a link; undefined when it could not be read or is too big. */
  readonly content?: Buffer;
}

/** A protected tree, by paths relative to its root. The root itself is `''`; empty when nothing is there. */
export type Tree = ReadonlyMap<string, Entry>;

/** A file above this size is not kept: its change is reported, but not undone. */
const largestKept = 8 * 1024 * 1024;

function kindOf(stats: BigIntStats): Entry['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

function signatureOf(stats: BigIntStats): string {
  const identity = `${stats.dev}:${stats.ino}:${stats.mode}`;
  // A directory changes its times when a lock file comes and goes; its entries are compared one by one.
  return stats.isDirectory() ? identity : `${identity}:${stats.size}:${stats.ctimeNs}`;
}

function readWithoutFollowing(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function contentOf(path: string, stats: BigIntStats): Buffer | undefined {
  try {
    if (stats.isSymbolicLink()) return readlinkSync(path, 'buffer');
    if (!stats.isFile() || stats.size > BigInt(largestKept)) return undefined;
    return readWithoutFollowing(path);
  } catch {
    // Unreadable for us is unreadable for the run. It can still be compared.
    return undefined;
  }
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (isMissing(error) || code === 'EACCES') return [];
    throw error;
  }
}

/** A run may also have put a file in the place of an ancestor: then nothing is there either. */
function lookSync(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function readInto(
  tree: Map<string, Entry>,
  known: Tree | undefined,
  path: string,
  name: string,
  withContent: boolean,
): void {
  const stats = lookSync(path);
  if (stats === undefined) return;
  const kind = kindOf(stats);
  const signature = signatureOf(stats);
  const before = known?.get(name);
  const content =
    before?.signature === signature ? before.content : withContent ? contentOf(path, stats) : undefined;
  tree.set(name, {
    kind,
    mode: Number(stats.mode & 0o7777n),
    links: Number(stats.nlink),
    signature,
    ...(content === undefined ? {} : { content }),
  });
  if (kind !== 'directory') return;
  for (const child of namesIn(path)) {
    readInto(tree, known, `${path}/${child}`, name === '' ? child : `${name}/${child}`, withContent);
  }
}

/**
 * Reads a tree; the content of what has not changed since `known` is taken from there. Synchronous: protected trees are small, and
 * callbacks for each entry would keep the event loop busy for longer.
 */
export function readTree(path: string, known?: Tree, withContent = true): Tree {
  const tree = new Map<string, Entry>();
  readInto(tree, known, path, '', withContent);
  return tree;
}

export function sameTree(a: Tree, b: Tree): boolean {
  if (a.size !== b.size) return false;
  for (const [name, entry] of a) if (b.get(name)?.signature !== entry.signature) return false;
  return true;
}

/** Whether two trees, both with their contents, hold the same although entries were written anew. */
export function sameContent(before: Tree, now: Tree): boolean {
  if (before.size !== now.size) return false;
  return [...before].every(([name, entry]) => {
    const other = now.get(name);
    if (other === undefined) return false;
    if (other.signature === entry.signature) return true;
    if (other.kind !== entry.kind || other.mode !== entry.mode) return false;
    if (entry.kind === 'directory') return true;
    if (entry.content === undefined || other.content === undefined) return false;
    return other.links === 1 && entry.content.equals(other.content);
  });
}

/** The names whose content was not kept, so that they cannot be written back. */
export function unrestorable(tree: Tree): readonly string[] {
  return [...tree]
    .filter(([, { kind, content }]) => kind !== 'directory' && content === undefined)
    .map(([name]) => name);
}

/** Writes a tree back to a place where nothing is. Outer entries come first in a tree. */
export async function writeTree(path: string, tree: Tree): Promise<void> {
  for (const [name, entry] of tree) {
    const at = name === '' ? path : `${path}/${name}`;
    if (entry.kind === 'directory') await files().mkdir(at, { mode: 0o700 });
    else if (entry.content === undefined) continue;
    else if (entry.kind === 'link') await files().symlink(entry.content, at);
    else await files().writeFile(at, entry.content, { flag: 'wx', mode: 0o600 });
  }
  // Modes come last and inside out: a directory may be read-only.
  for (const [name, entry] of [...tree].reverse()) {
    if (entry.kind === 'link' || (entry.kind !== 'directory' && entry.content === undefined)) continue;
    await files().chmod(name === '' ? path : `${path}/${name}`, entry.mode);
  }
}
