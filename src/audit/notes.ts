import { type AuditValue, type RedactedEvent } from './event.js';

/** What a log says about itself. `head` carries a signature over everything before it. */
export type NoteKind = 'head' | 'closed' | 'recovered' | 'rotated' | 'removed' | 'reopened' | 'lost';

export interface Note {
  readonly kind: NoteKind;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, AuditValue>>;
}

export function noteEvent({ kind, reason, details }: Note, timestamp: string): RedactedEvent {
  return { timestamp, operation: 'audit_log', target: kind, decision: 'allowed', reason, details };
}

/** Records that could not be written, counted until one can be. */
export class Losses {
  #count = 0;
  #total = 0;
  #since = '';
  #error = '';

  /** All since the log was opened. */
  get total(): number {
    return this.#total;
  }

  add(timestamp: string, error: string): void {
    if (this.#count === 0) this.#since = timestamp;
    this.#count += 1;
    this.#total += 1;
    this.#error = error;
  }

  /** What is not in the log yet about them. */
  pending(): Note | undefined {
    if (this.#count === 0) return undefined;
    return {
      kind: 'lost',
      reason: `${this.#count} records could not be written`,
      details: { count: this.#count, since: this.#since, error: this.#error },
    };
  }

  noted(): void {
    this.#count = 0;
  }
}
