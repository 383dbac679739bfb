import type { KeyObject } from 'node:crypto';
import { crypto } from '../builtins.js';
import { AuditError } from '../errors.js';

/** A place in a writer's chain. Whoever keeps one elsewhere can prove later that nothing before it was changed or cut off. */
export interface Head {
  readonly writer: string;
  /** How many records the writer has written. */
  readonly records: number;
  /** Hash of the last of them. */
  readonly hash: string;
}

function statement({ writer, records, hash }: Head): Buffer {
  return Buffer.from(`moated audit head v1\n${writer}\n${records}\n${hash}`);
}

function ed25519(key: KeyObject, what: string): KeyObject {
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new AuditError('ERR_AUDIT_OPTION', `The ${what} key of an audit log must be an ed25519 key.`, {
    subject: what,
  });
}

function read(make: () => KeyObject, what: string): KeyObject {
  let key: KeyObject;
  try {
    key = make();
  } catch (error) {
    throw new AuditError(
      'ERR_AUDIT_OPTION',
      `The ${what} key of an audit log cannot be read: it must be an ed25519 key in PEM.`,
      { subject: what, cause: error },
    );
  }
  return ed25519(key, what);
}

export function signingKey(key: KeyObject | string): KeyObject {
  return typeof key === 'string'
    ? read(() => crypto().createPrivateKey(key), 'signing')
    : ed25519(key, 'signing');
}

export function verifyingKey(key: KeyObject | string): KeyObject {
  return typeof key === 'string'
    ? read(() => crypto().createPublicKey(key), 'public')
    : ed25519(key, 'public');
}

export function signHead(head: Head, key: KeyObject): string {
  return crypto().sign(null, statement(head), key).toString('base64');
}

export function headIsSigned(head: Head, signature: string, key: KeyObject): boolean {
  return crypto().verify(null, statement(head), key, Buffer.from(signature, 'base64'));
}
