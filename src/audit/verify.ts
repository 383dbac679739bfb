import type { KeyObject } from 'node:crypto';
import { statSync } from 'node:fs';
import { chainOf } from './chain.js';
import { ChainChecker } from './check.js';
import { orderByChains } from './file_order.js';
import { rotationNumber } from './file/rotation.js';
import { LogSnapshot, logFiles } from './file/snapshot.js';
import { type Verification } from './finding.js';
import { piecesOf } from './pieces.js';
import { type Head, verifyingKey } from './signature.js';

export interface VerifyOptions {
  /** The key that the log was written with. */
  readonly key?: string | Uint8Array;
  /** The public ed25519 key (or its PEM) of the heads: every writer must have signed. */
  readonly publicKey?: KeyObject | string;
  /** Heads that were kept elsewhere: the log must still hold what they stand for. */
  readonly heads?: readonly Head[];
}

async function check(
  path: string,
  log: LogSnapshot,
  files: readonly string[],
  options: VerifyOptions,
): Promise<Verification> {
  const numbers = files.flatMap((file) => rotationNumber(path, file) ?? []);
  const checker = new ChainChecker(chainOf(options.key), {
    files,
    publicKey: options.publicKey === undefined ? undefined : verifyingKey(options.publicKey),
    heads: options.heads ?? [],
    // Older files were removed, so chains may begin before what is here.
    complete: numbers.length === 0 || numbers.includes(1),
  });
  for (const file of files) {
    for await (const line of log.lines(file)) {
      for (const piece of piecesOf(line.bytes)) checker.add(piece, { file, line: line.number });
    }
  }
  return { ...checker.finish(), files };
}

/** The names of rotated files are nearly always in order. When a check in that order fails, the order is taken from the content. */
async function checkInOrder(path: string, options: VerifyOptions): Promise<Verification> {
  await using log = await LogSnapshot.open(path);
  const result = await check(path, log, log.files, options);
  if (result.ok) return result;
  const ordered = await orderByChains(log);
  const isSame = ordered.every((file, index) => file === log.files[index]);
  return isSame ? result : await check(path, log, ordered, options);
}

/** What tells that a log was written to: its files and their sizes. */
function stateOf(path: string): string {
  return logFiles(path)
    .map((file) => `${file} ${statSync(file, { throwIfNoEntry: false })?.size ?? ''}`)
    .join('\n');
}

/** How often a log in which something seems wrong is checked when it is written to meanwhile. */
const patience = 3;

/**
 * Checks a log together with its rotated files. Reads them once, in pieces, and may run while they are written: a writer may still finish a
 * record in a file that was just put aside, so what seems wrong then is looked at again.
 */
export async function verifyAuditLog(path: string, options: VerifyOptions = {}): Promise<Verification> {
  for (let tries = 1; ; tries += 1) {
    const before = stateOf(path);
    try {
      const result = await checkInOrder(path, options);
      if (result.ok || tries === patience || before === stateOf(path)) return result;
    } catch (error) {
      // `keep` removes old files.
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!gone || tries === patience) throw error;
    }
  }
}
