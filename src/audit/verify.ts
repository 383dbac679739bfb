import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { AuditError } from '../errors.js';
import { chainOf } from './chain.js';
import { ChainChecker } from './check.js';
import { readLines } from './file/lines.js';
import { rotatedFiles, rotationNumber } from './file/rotation.js';
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

/** The files of a log, oldest first. */
export function logFiles(path: string): string[] {
  const files = [...rotatedFiles(path), ...(existsSync(path) ? [path] : [])];
  if (files.length > 0) return files;
  throw new AuditError('ERR_AUDIT_FILE', `There is no audit log at ${path}.`, { subject: path });
}

/** Checks a log together with its rotated files. Reads them once, in pieces, and may run while they are written. */
export async function verifyAuditLog(path: string, options: VerifyOptions = {}): Promise<Verification> {
  const files = logFiles(path);
  const first = rotationNumber(path, files[0] ?? '') ?? 1;
  const checker = new ChainChecker(chainOf(options.key), {
    files,
    publicKey: options.publicKey === undefined ? undefined : verifyingKey(options.publicKey),
    heads: options.heads ?? [],
    // Older files were removed, so chains may begin before what is here.
    complete: first === 1,
  });
  for (const file of files) {
    for await (const line of readLines(file)) {
      for (const piece of piecesOf(line.bytes)) checker.add(piece, { file, line: line.number });
    }
  }
  return { ...checker.finish(), files };
}
