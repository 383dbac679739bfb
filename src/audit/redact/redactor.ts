import {
  auditDecisions,
  type AuditEvent,
  auditOperations,
  type AuditValue,
  type RedactedEvent,
} from '../event.js';
import { removeByPlace, removeByPlaceInLine } from './argv.js';
import { removeOrders, showControls } from './controls.js';
import {
  removeAssignments,
  removeHeaders,
  removeOptions,
  removeQuery,
  removeUserInfo,
} from './credentials.js';
import { removeRandom } from './entropy.js';
import { namesSecret } from './names.js';
import { type Places, pathStep, userStep } from './paths.js';
import { emailStep } from './people.js';
import { pseudonymiser } from './pseudonym.js';
import { count, secretMark, type Counts, type Step } from './text.js';
import { removeTokens } from './tokens.js';

/** Longer texts are cut: a record is one write, and one hostile argument must not fill the disk. */
const longestText = 4096;
/** What is looked at of a text that is cut anyway, so that a secret across the cut is still seen whole. */
const longestLooked = 16_384;
/** Of all texts of one event together: what one record may cost the event loop, and the file. */
const mostText = 32_768;
const mostElements = 256;
const mostNames = 64;
const deepest = 6;
/** Texts that come again, such as the arguments of one tool, are redacted once. */
const mostRemembered = 4096;
const longestRemembered = 512;

interface Redacted {
  readonly text: string;
  readonly counts: Counts | undefined;
}

/** Removes private data from events. Every field passes it. */
export class Redactor {
  readonly #steps: readonly Step[];
  readonly #known = new Map<string, Redacted>();
  #left = mostText;
  #lastId = '';
  #lastHash = '';

  /** `key` makes the pseudonyms: equal in all logs with one key, and of no use without it. */
  constructor(places: Places, key: Uint8Array) {
    const pseudonymise = pseudonymiser(key);
    this.#steps = [
      removeOrders,
      removeTokens,
      removeUserInfo,
      removeHeaders,
      removeByPlaceInLine,
      removeQuery,
      removeAssignments,
      removeOptions,
      removeRandom,
      emailStep(pseudonymise),
      pathStep(places),
      userStep(places, pseudonymise),
      showControls,
    ];
  }

  /** A text of the current event without private data. */
  #text(value: unknown, counts: Counts): string {
    const text = typeof value === 'string' ? value : String(value);
    if (this.#left <= 0) {
      count(counts, 'cut');
      return '[CUT]';
    }
    const result = this.#remembered(text, counts);
    this.#left -= Math.max(result.length, Math.min(text.length, longestLooked) >> 2);
    return result;
  }

  #remembered(text: string, counts: Counts): string {
    let found = this.#known.get(text);
    if (found === undefined) {
      found = this.#redact(text);
      if (this.#known.size >= mostRemembered) this.#known.clear();
      if (text.length <= longestRemembered) this.#known.set(text, found);
    }
    if (found.counts !== undefined) {
      for (const [kind, times] of Object.entries(found.counts)) counts[kind] = (counts[kind] ?? 0) + times;
    }
    return found.text;
  }

  #redact(text: string): Redacted {
    const counts: Counts = {};
    let rest = text.length > longestLooked ? text.slice(0, longestLooked) : text;
    for (const step of this.#steps) rest = step(rest, counts);
    if (rest.length > longestText || text.length > longestLooked) {
      rest = `${rest.slice(0, longestText)}[CUT]`;
      count(counts, 'cut');
    }
    return { text: rest, counts: Object.keys(counts).length === 0 ? undefined : counts };
  }

  #argv(argv: readonly string[], counts: Counts): string[] {
    const kept = argv.length > mostElements ? argv.slice(0, mostElements) : argv;
    if (kept !== argv) count(counts, 'cut');
    return removeByPlace(kept.map(String), counts).map((word) => this.#text(word, counts));
  }

  #value(value: unknown, counts: Counts, depth: number): AuditValue {
    if (typeof value === 'string') return this.#text(value, counts);
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'bigint') return String(value);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
    if (typeof value !== 'object') return undefined;
    if (depth === deepest) {
      count(counts, 'cut');
      return '[CUT]';
    }
    if (Array.isArray(value)) return this.#list(value, counts, depth);
    return this.#object(value, counts, depth);
  }

  #list(value: readonly unknown[], counts: Counts, depth: number): AuditValue {
    if (value.length > mostElements) count(counts, 'cut');
    const kept = value.slice(0, mostElements);
    // A list of words may be an argument list.
    if (kept.every((item) => typeof item === 'string')) return this.#argv(kept, counts);
    return kept.map((item) => this.#value(item, counts, depth + 1) ?? null);
  }

  #object(value: object, counts: Counts, depth: number): Record<string, AuditValue> {
    // Without a prototype, so that a key such as __proto__ is a key like any other.
    const result = Object.create(null) as Record<string, AuditValue>;
    const entries = Object.entries(value);
    if (entries.length > mostNames) count(counts, 'cut');
    for (const [name, item] of entries.slice(0, mostNames)) {
      const isSecret = namesSecret(name) && item !== null && item !== undefined && typeof item !== 'boolean';
      if (isSecret) count(counts, 'secret');
      result[this.#text(name, counts)] = isSecret ? secretMark : this.#value(item, counts, depth + 1);
    }
    return result;
  }

  /** Ids that we make ourselves are passed by their shape; what a caller puts there instead is text like any other. */
  #id(text: string | undefined, shape: RegExp, counts: Counts): string | undefined {
    if (text === undefined || text === this.#lastId || text === this.#lastHash) return text;
    if (!shape.test(text)) return this.#text(text, counts);
    // The same run and policy come again with the next record.
    if (shape === uuidShape) this.#lastId = text;
    else this.#lastHash = text;
    return text;
  }

  #word<Word extends string>(text: Word, known: readonly string[], counts: Counts): Word {
    return known.includes(text) ? text : (this.#text(text, counts) as Word);
  }

  #optional(text: string | undefined, counts: Counts): string | undefined {
    return text === undefined ? undefined : this.#text(text, counts);
  }

  /** The fields in the order in which they stand in the log. */
  event(event: AuditEvent): RedactedEvent {
    const counts: Counts = {};
    const { phase } = event;
    this.#left = mostText;
    const redacted = {
      timestamp: timestampOf(event.timestamp),
      operation: this.#word(event.operation, auditOperations, counts),
      target: this.#text(event.target, counts),
      decision: this.#word(event.decision, auditDecisions, counts),
      reason: this.#optional(event.reason, counts),
      phase: phase === undefined ? undefined : this.#word(phase, phases, counts),
      sessionId: this.#optional(event.sessionId, counts),
      runId: this.#id(event.runId, uuidShape, counts),
      profile: this.#optional(event.profile, counts),
      policyHash: this.#id(event.policyHash, hashShape, counts),
      argv: event.argv === undefined ? undefined : this.#argv(event.argv, counts),
      details: event.details === undefined ? undefined : this.#object(event.details, counts, 0),
      redacted: undefined as Counts | undefined,
    };
    if (Object.keys(counts).length > 0) redacted.redacted = counts;
    return redacted;
  }
}

const phases = ['start', 'end'];
const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const hashShape = /^[0-9a-f]{64}$/;

let lastSecond = NaN;
let upToSecond = '';

/** In UTC, to the millisecond. Many records fall into one second, and writing a date out anew takes as long as hashing a record. */
function timestampOf(date: Date | undefined): string {
  const time = date?.getTime() ?? Date.now();
  if (Number.isNaN(time)) return timestampOf(undefined);
  const second = Math.floor(time / 1000);
  if (second !== lastSecond) {
    upToSecond = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
    lastSecond = second;
  }
  return `${upToSecond}${String(time - second * 1000).padStart(3, '0')}Z`;
}
