import { existsSync, statSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type AuditRecord } from './event.js';
import { type Line, readLines } from './file/lines.js';
import { LogSnapshot, logFiles } from './file/snapshot.js';
import { type AuditFilter, matches } from './filter.js';
import { piecesOf } from './pieces.js';

export interface ReadOptions extends AuditFilter {
  /** Goes on waiting for new records, until `signal` is aborted. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** How often, in milliseconds, a log that is followed is looked at. */
const interval = 200;

function recordsOf(line: Line, filter: AuditFilter): AuditRecord[] {
  return piecesOf(line.bytes).flatMap((piece) =>
    piece.kind === 'record' && matches(piece.record, filter) ? [piece.record] : [],
  );
}

/** Reads the lines of one file that end, and says where the next begins. */
async function* readFrom(
  path: string,
  filter: AuditFilter,
  place: { at: number },
): AsyncGenerator<AuditRecord> {
  for await (const line of readLines(path, place.at)) {
    if (!line.ended) return;
    place.at = line.offset + line.bytes.length + 1;
    yield* recordsOf(line, filter);
  }
}

function inode(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

async function* follow(path: string, options: ReadOptions): AsyncGenerator<AuditRecord> {
  // By inode, since rotation gives a file another name.
  const places = new Map<number, { at: number }>();
  while (options.signal?.aborted !== true) {
    const files = existsSync(path) ? logFiles(path) : [];
    for (const file of files) {
      const id = inode(file);
      if (id === undefined) continue;
      const place = places.get(id) ?? { at: 0 };
      places.set(id, place);
      yield* readFrom(file, options, place);
    }
    await setTimeout(
      interval,
      undefined,
      options.signal === undefined ? {} : { signal: options.signal },
    ).catch(() => undefined);
  }
}

/**
 * The records of a log and its rotated files, oldest file first. Nothing is checked: what is no record is passed over, and a log may
 * have been written by somebody hostile. Use `verifyAuditLog` for that.
 */
export async function* readAuditLog(path: string, options: ReadOptions = {}): AsyncGenerator<AuditRecord> {
  if (options.follow === true) {
    yield* follow(path, options);
    return;
  }
  await using log = await LogSnapshot.open(path);
  for (const file of log.files) {
    for await (const line of log.lines(file)) yield* recordsOf(line, options);
  }
}
