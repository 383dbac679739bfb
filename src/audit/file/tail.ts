import { fstatSync, readSync } from 'node:fs';
import { hashAtEnd, tailLength } from '../record.js';

/** The end of a log that was not written by us. */
export interface Tail {
  /** Hash of the last whole record; undefined when there is none. */
  readonly hash: string | undefined;
  /** False when the last byte is no newline. */
  readonly ended: boolean;
  /** An unfinished record at the end: whoever wrote it was killed, or the disk was full. */
  readonly torn: { readonly at: number; readonly bytes: number } | undefined;
  readonly size: number;
}

const newline = 0x0a;
/** More than the longest record. */
const farthest = 256 * 1024;
/** How often, and how long in milliseconds, the end of the file is given time to be finished by a writer that is at it right now. */
const patience = 5;
const pause = 1;

const sleeper = new Int32Array(new SharedArrayBuffer(4));
const short = Buffer.alloc(tailLength + 1);

function readBefore(fd: number, end: number, length: number): Buffer {
  const start = Math.max(0, end - length);
  const bytes = length === short.length ? short : Buffer.alloc(end - start);
  return bytes.subarray(0, readSync(fd, bytes, 0, end - start, start));
}

function tornTail(fd: number, size: number): Tail {
  const bytes = readBefore(fd, size, farthest);
  const end = bytes.lastIndexOf(newline);
  // Only the newline may be missing.
  const whole = hashAtEnd(bytes.subarray(end + 1));
  if (whole !== undefined) return { hash: whole, ended: false, torn: undefined, size };
  const torn = { at: size - bytes.length + end + 1, bytes: bytes.length - end - 1 };
  return { hash: hashAtEnd(bytes.subarray(0, Math.max(0, end))), ended: false, torn, size };
}

/** Reads the end of a log. A few microseconds, unless its last record is unfinished. An end that is known to be torn is not waited for. */
export function readTail(fd: number, sizeNow: number, knownTorn: number): Tail {
  let size = sizeNow;
  for (let tries = size === knownTorn ? patience : 0; ; tries += 1) {
    if (size === 0) return { hash: undefined, ended: true, torn: undefined, size };
    const bytes = readBefore(fd, size, short.length);
    if (bytes.at(-1) === newline) {
      return { hash: hashAtEnd(bytes.subarray(0, -1)), ended: true, torn: undefined, size };
    }
    if (tries === patience) return tornTail(fd, size);
    Atomics.wait(sleeper, 0, 0, pause);
    ({ size } = fstatSync(fd));
  }
}
