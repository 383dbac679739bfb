import { type AuditRecord } from './event.js';
import { isUnfinishedJson } from './json_prefix.js';
import { parseRecord, recordStart } from './record.js';

/** What a line holds: a record, the beginning of one whose writer could not finish, or something that is neither. */
export type Piece =
  | { readonly kind: 'record'; readonly bytes: Buffer; readonly record: AuditRecord }
  | { readonly kind: 'torn'; readonly bytes: Buffer }
  | { readonly kind: 'foreign'; readonly bytes: Buffer };

const start = Buffer.from(recordStart, 'latin1');

/** Where records begin in a line: more than once when one was glued to the torn end of another. */
function starts(line: Buffer): number[] {
  const found: number[] = [];
  for (let at = line.indexOf(start); at !== -1; at = line.indexOf(start, at + 1)) found.push(at);
  return found;
}

/** The hash as far as it was written. Anything else after the field's name is no cut but a change. */
const hashBegun = /,"hash":"[0-9a-f]{0,64}"?$/;

/** True for bytes that a writer may have left when it was stopped: the beginning of a record, and not all of it. */
function isBeginning(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  if (!bytes.subarray(0, length).equals(start.subarray(0, length))) return false;
  if (bytes.length <= start.length) return true;
  const text = bytes.toString('latin1');
  return isUnfinishedJson(text) && (!text.includes(',"hash":"') || hashBegun.test(text));
}

function pieceOf(bytes: Buffer): Piece {
  const record = bytes.subarray(0, start.length).equals(start) ? parseRecord(bytes) : undefined;
  if (record !== undefined) return { kind: 'record', bytes, record };
  return { kind: isBeginning(bytes) ? 'torn' : 'foreign', bytes };
}

/** The records of a line and what lies between them. */
export function piecesOf(line: Buffer): Piece[] {
  const at = starts(line);
  if (at[0] !== 0) at.unshift(0);
  return at.map((from, index) => pieceOf(line.subarray(from, at[index + 1] ?? line.length)));
}

/** What the beginning of a record says of its place, as far as it goes. */
export function placeOfTorn(bytes: Buffer): { readonly writer: string; readonly seq: number } | undefined {
  const found = /^\{"v":1,"writer":"([0-9a-f]{16})","seq":(\d+),/.exec(bytes.toString('latin1', 0, 80));
  return found?.[1] === undefined ? undefined : { writer: found[1], seq: Number(found[2]) };
}
