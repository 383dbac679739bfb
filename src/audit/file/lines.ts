import type { FileHandle } from 'node:fs/promises';
import { files } from '../../builtins.js';

/** One line of a file, without its newline. */
export interface Line {
  readonly bytes: Buffer;
  /** From 1. */
  readonly number: number;
  /** Offset of its first byte. */
  readonly offset: number;
  /** False for the last line of a file that does not end with a newline. */
  readonly ended: boolean;
}

const chunkBytes = 256 * 1024;
const newline = 0x0a;
/** A line beyond this is no record. It is handed on in pieces, so that a file without newlines does not fill the memory. */
const longest = 1024 * 1024;

/** Every line of a file that is not empty. */
export async function* readLines(path: string, from = 0): AsyncGenerator<Line> {
  const file = await files().open(path, 'r');
  try {
    yield* linesOf(file, from);
  } finally {
    await file.close();
  }
}

/** The same for a file that is open already, and stays so. */
export async function* linesOf(file: FileHandle, from = 0): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = from;
  let number = 1;
  for (let at = from; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline, start)) {
      if (end > start)
        yield { bytes: rest.subarray(start, end), number, offset: offset + start, ended: true };
      start = end + 1;
      number += 1;
    }
    if (rest.length - start > longest) {
      yield { bytes: rest.subarray(start), number, offset: offset + start, ended: false };
      start = rest.length;
    }
    offset += start;
    rest = rest.subarray(start);
  }
  if (rest.length > 0) yield { bytes: rest, number, offset, ended: false };
}
