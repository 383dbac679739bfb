import type { BinaryLike } from 'node:crypto';
import { crypto } from '../builtins.js';
import { AuditError } from '../errors.js';

/** How the records of a log are bound together. */
export interface Chain {
  /** Names the key without revealing it; undefined without one. */
  readonly keyId: string | undefined;
  digest(body: string | Uint8Array): string;
}

/** What the first record of a writer has as its previous hash. */
export const noHash = '0'.repeat(64);

const leastKeyBytes = 16;

/** Keys for different purposes, so that what one reveals is of no use for another. */
function derive(key: Uint8Array, purpose: string): Buffer {
  return crypto().createHmac('sha256', key).update(`moated audit ${purpose} v1`).digest();
}

function bytesOf(key: string | Uint8Array): Uint8Array {
  const bytes = typeof key === 'string' ? Buffer.from(key, 'utf8') : key;
  if (bytes.length < leastKeyBytes) {
    throw new AuditError(
      'ERR_AUDIT_OPTION',
      `The key of an audit log needs ${leastKeyBytes} bytes or more, this one has ${bytes.length}. Take 32 random bytes.`,
      { subject: 'key' },
    );
  }
  return bytes;
}

function keyed(key: Uint8Array): Chain {
  const chainKey = derive(key, 'chain');
  return {
    keyId: derive(key, 'key id').toString('hex', 0, 4),
    digest: (body: BinaryLike) => crypto().createHmac('sha256', chainKey).update(body).digest('hex'),
  };
}

const plain: Chain = { keyId: undefined, digest: (body) => crypto().hash('sha256', body, 'hex') };

/** SHA-256, or HMAC-SHA-256 when there is a key: then nobody without the key can write a record that verifies. */
export function chainOf(key: string | Uint8Array | undefined): Chain {
  return key === undefined ? plain : keyed(bytesOf(key));
}

/** The key of pseudonyms that belongs to a key of a log. */
export function pseudonymKey(key: string | Uint8Array): Uint8Array {
  return derive(bytesOf(key), 'pseudonyms');
}
