/** What was removed, by kind. */
export type Counts = Record<string, number>;

/** One step of redaction: takes a text, counts what it removes, answers the rest. */
export type Step = (text: string, counts: Counts) => string;

export function count(counts: Counts, kind: string): void {
  counts[kind] = (counts[kind] ?? 0) + 1;
}

export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Stands where a secret was. */
export const secretMark = '[SECRET]';
