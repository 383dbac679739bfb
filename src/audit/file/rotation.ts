import { closeSync, openSync, readdirSync, readSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { crypto } from '../../builtins.js';

/** When a log is put aside and a new one begun. */
export interface Rotation {
  /** Size in bytes from which on it is put aside; 64 MiB by default. */
  readonly bytes?: number;
  /** Age of its first record in milliseconds; no limit by default. */
  readonly ageMs?: number;
  /** How many rotated files are kept; all by default. */
  readonly keep?: number;
}

const suffix = /^\.(\d{6,})-[0-9a-f]{8}$/;

interface Rotated {
  readonly path: string;
  readonly number: number;
}

function rotated(path: string): Rotated[] {
  const name = basename(path);
  return readdirSync(dirname(path))
    .filter((entry) => entry.startsWith(name))
    .flatMap((entry) => {
      const number = suffix.exec(entry.slice(name.length))?.[1];
      return number === undefined ? [] : [{ path: join(dirname(path), entry), number: Number(number) }];
    });
}

/** The time in the first record, as text: later ones come later in the alphabet, and so does a file without a record. */
function begun(path: string): string {
  const head = Buffer.alloc(256);
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const text = head.toString('latin1', 0, readSync(fd, head, 0, head.length, 0));
    return /"timestamp":"([^"]*)"/.exec(text)?.[1] ?? '~';
  } catch {
    // Another process removed it since.
    return '~';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * The rotated files of a log, oldest first. Two processes that rotate in the same moment may take the same number; then the one that was
 * begun earlier comes first. A process that was held up in that moment may have given a later file an earlier number: where the order
 * matters, `orderByChains` knows it.
 */
export function rotatedFiles(path: string): string[] {
  return rotated(path)
    .sort((a, b) => {
      if (a.number !== b.number) return a.number - b.number;
      return begun(a.path) < begun(b.path) ? -1 : 1;
    })
    .map((entry) => entry.path);
}

/** The number in the name of a rotated file, from 1; undefined for another file. */
export function rotationNumber(log: string, path: string): number | undefined {
  const number = suffix.exec(basename(path).slice(basename(log).length))?.[1];
  return number === undefined ? undefined : Number(number);
}

/** A name after all others that nobody else can choose. */
function nextName(path: string): string {
  const number = Math.max(0, ...rotated(path).map((entry) => entry.number)) + 1;
  return `${path}.${String(number).padStart(6, '0')}-${crypto().randomBytes(4).toString('hex')}`;
}

/**
 * Puts a log aside and answers its new name, or undefined when somebody else just did. `rename` onto a name that nobody else can choose
 * loses nothing, whoever else rotates or writes at the same time; a lock could be left behind. `isOurs` tells whether a path leads to
 * the file that is meant.
 */
export function putAside(path: string, isOurs: (path: string) => boolean): string | undefined {
  const target = nextName(path);
  if (!isOurs(path)) return undefined;
  try {
    renameSync(path, target);
    if (isOurs(target)) return target;
    // Somebody else put ours aside between the question and the step, and this is a later file: it comes after what is there now.
    const later = nextName(path);
    renameSync(target, later);
    return later;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
