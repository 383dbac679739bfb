import { type Chain } from './chain.js';
import { type AuditRecord, type RedactedEvent } from './event.js';

/**
 * How every record begins. It cannot occur inside one: quotes in strings are escaped and no nested object starts with `v`. So a record
 * that was glued to the torn end of another is found again.
 */
export const recordStart = '{"v":1,"writer":"';

const hashField = ',"hash":"';
const digits = 64;
/** `,"hash":"` + digest + `"}` */
export const tailLength = hashField.length + digits + 2;

/** What a writer knows about the place of its next record. */
export interface Place {
  readonly writer: string;
  readonly seq: number;
  readonly after: string | undefined;
  readonly prev: string;
}

export interface Encoded {
  readonly line: string;
  readonly hash: string;
}

/** One record as its line, with the newline. Put together as text: no object is made that holds all of it. */
export function encode(event: RedactedEvent, place: Place, chain: Chain): Encoded {
  const key = chain.keyId === undefined ? '' : `,"keyId":"${chain.keyId}"`;
  const after = place.after === undefined ? '' : `,"after":"${place.after}"`;
  const fields = JSON.stringify(event).slice(1, -1);
  const body = `${recordStart}${place.writer}","seq":${place.seq}${key},${fields}${after},"prev":"${place.prev}"`;
  const hash = chain.digest(body);
  return { line: `${body}${hashField}${hash}"}\n`, hash };
}

/** The hash at the end of a line without its newline, or undefined when the line does not end like a record. */
export function hashAtEnd(line: Uint8Array): string | undefined {
  if (line.length < tailLength) return undefined;
  const tail = Buffer.from(line.subarray(line.length - tailLength)).toString('latin1');
  const hash = tail.slice(hashField.length, -2);
  if (!tail.startsWith(hashField) || !tail.endsWith('"}') || !/^[0-9a-f]{64}$/.test(hash)) return undefined;
  return hash;
}

/** The bytes that the hash of a line is made of. */
export function hashedPart(line: Uint8Array): Uint8Array {
  return line.subarray(0, line.length - tailLength);
}

const needed = ['writer', 'timestamp', 'operation', 'target', 'decision', 'prev'] as const;
const optional = [
  'keyId',
  'reason',
  'phase',
  'sessionId',
  'runId',
  'profile',
  'policyHash',
  'after',
] as const;

function isObject(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

/** A log may have been written by somebody hostile: readers rely on the types. */
function isRecord(value: Readonly<Record<string, unknown>>): boolean {
  const { v, seq, argv, details, redacted } = value;
  if (v !== 1 || !Number.isSafeInteger(seq) || !isObject(details) || !isObject(redacted)) return false;
  if (argv !== undefined && !(Array.isArray(argv) && argv.every((word) => typeof word === 'string')))
    return false;
  if (!needed.every((name) => typeof value[name] === 'string')) return false;
  return optional.every((name) => value[name] === undefined || typeof value[name] === 'string');
}

/** A line as a record, or undefined when it is none. Its hash is not checked. */
export function parseRecord(line: Uint8Array): AuditRecord | undefined {
  if (hashAtEnd(line) === undefined) return undefined;
  try {
    const value = JSON.parse(Buffer.from(line).toString('utf8')) as Readonly<Record<string, unknown>>;
    return isRecord(value) ? (value as unknown as AuditRecord) : undefined;
  } catch {
    return undefined;
  }
}
