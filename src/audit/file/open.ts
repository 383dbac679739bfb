import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import { AuditError } from '../../errors.js';
import { recordStart } from '../record.js';

/** An open log and what identifies it. */
export interface OpenFile {
  readonly fd: number;
  readonly dev: number;
  readonly ino: number;
  /** When its first record was made, in milliseconds since 1970. */
  readonly born: number;
}

// Reading is for the end of the file, where the last record is. A pipe would block without O_NONBLOCK before it can be refused.
const flags =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  // Windows has neither.
  ((constants.O_NOFOLLOW as number | undefined) ?? 0) |
  ((constants.O_NONBLOCK as number | undefined) ?? 0);

function refuse(path: string, why: string, cause?: unknown): AuditError {
  return new AuditError('ERR_AUDIT_FILE', `Cannot use ${path} as an audit log: ${why}`, {
    subject: path,
    cause,
  });
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink())
    return 'it is a symbolic link, which somebody may have planted. Remove it, or name the file itself.';
  if (stats.isDirectory()) return 'it is a directory. Name a file in it.';
  if (stats.isFIFO()) return 'it is a pipe. Name a regular file.';
  return 'it is not a regular file.';
}

/** Why a file must not be written, or undefined. The file may have been put there by somebody who wants to read or to damage something. */
function objection(stats: Stats): string | undefined {
  if (!stats.isFile()) return kindOf(stats);
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  if (stats.uid !== user) return `it belongs to user ${stats.uid}, not to ${user}. Name a file of your own.`;
  if ((stats.mode & 0o077) !== 0) {
    return `others may read or write it (mode ${(stats.mode & 0o777).toString(8)}). Run chmod 600 on it if you trust its content.`;
  }
  if (stats.nlink > 1) return 'it has a second name (a hard link), so writing it would change another file.';
  return undefined;
}

function explain(path: string, error: unknown): AuditError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  // Linux says ELOOP for a link under O_NOFOLLOW, and the type is checked after a race as well.
  if (code === 'ELOOP' || code === 'EMLINK')
    return refuse(
      path,
      'it is a symbolic link, which somebody may have planted. Remove it, or name the file itself.',
      error,
    );
  if (code === 'EISDIR') return refuse(path, 'it is a directory. Name a file in it.', error);
  if (code === 'ENXIO') return refuse(path, 'it is a socket. Name a regular file.', error);
  if (code === 'ENOTDIR') return refuse(path, 'a part of its path is not a directory.', error);
  const why: Readonly<Record<string, string>> = {
    EACCES: 'no permission to write there',
    EPERM: 'no permission to write there',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
    EMFILE: 'too many files are open',
  };
  return new AuditError('ERR_AUDIT_WRITE', `Cannot open the audit log ${path}: ${why[code] ?? code}.`, {
    subject: path,
    cause: error,
  });
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw explain(path, error);
  }
}

/** When the first record was made; now for an empty file. Refuses a file that does not begin like a log. */
function readBirth(path: string, fd: number, size: number): number {
  if (size === 0) return Date.now();
  const head = Buffer.alloc(256);
  const text = head.toString('latin1', 0, readSync(fd, head, 0, head.length, 0)).replace(/^\n+/, '');
  const length = Math.min(text.length, recordStart.length);
  if (text.slice(0, length) !== recordStart.slice(0, length)) {
    throw refuse(path, 'it has other content. Name a new file.');
  }
  const time = /"timestamp":"([^"]{20,30})"/.exec(text)?.[1];
  const born = time === undefined ? NaN : Date.parse(time);
  return Number.isNaN(born) ? Date.now() : born;
}

/** Opens or creates a log for appending, mode 0600. Only a regular file of our own that nobody else can read is accepted. */
export function openLog(path: string): OpenFile {
  makeFolder(path);
  const before = lstatSync(path, { throwIfNoEntry: false });
  // Opening a device can act by itself, so its type is looked at first; what was opened is looked at again.
  if (before !== undefined && !before.isFile()) throw refuse(path, kindOf(before));
  let fd: number;
  try {
    fd = openSync(path, flags, 0o600);
  } catch (error) {
    throw explain(path, error);
  }
  try {
    const stats = fstatSync(fd);
    const why = objection(stats);
    if (why !== undefined) throw refuse(path, why);
    return { fd, dev: stats.dev, ino: stats.ino, born: readBirth(path, fd, stats.size) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
