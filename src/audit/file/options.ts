import type { KeyObject } from 'node:crypto';
import { AuditError } from '../../errors.js';
import { type Rotation } from './rotation.js';

/** How a log file is kept. */
export interface FileOptions {
  readonly rotate?: Rotation;
  /** 16 bytes or more. Records are bound by HMAC, and pseudonyms are the same in every log with this key. */
  readonly key?: string | Uint8Array;
  /** A private ed25519 key, or its PEM. Heads are signed at the start, after every `signEvery` records and when the log is closed. */
  readonly sign?: KeyObject | string;
  /** 1000 by default. */
  readonly signEvery?: number;
  /** Wait for the disk after every record. Slow, and on the event loop; `flush()` waits without holding it up. */
  readonly fsync?: boolean;
}

function whole(value: number | undefined, name: string, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  throw new AuditError(
    'ERR_AUDIT_OPTION',
    `${name} must be a whole number, ${least} or more, not ${String(value)}.`,
    {
      subject: name,
    },
  );
}

export function checkFileOptions({ rotate, signEvery }: FileOptions): void {
  whole(rotate?.bytes, 'rotate.bytes', 1024);
  whole(rotate?.ageMs, 'rotate.ageMs', 1);
  whole(rotate?.keep, 'rotate.keep', 1);
  whole(signEvery, 'signEvery', 1);
}
