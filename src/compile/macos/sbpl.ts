/** Writes SBPL, the language of Seatbelt profiles: Scheme with operations, filters and the two actions `allow` and `deny`. */

export type Action = 'allow' | 'deny';

/** A string of the profile's own text. Everything that comes from outside is a parameter instead. */
export function text(value: string): string {
  if (!/^[\w ./:*-]*$/.test(value)) throw new RangeError(`not a fixed text: ${JSON.stringify(value)}`);
  return `"${value}"`;
}

/** `(name "value")`, once per value. */
export function each(name: string, values: readonly string[]): readonly string[] {
  return values.map((value) => `(${name} ${text(value)})`);
}

/** The kernel's log says the run's tag with every refusal: `TAG` is a parameter of the single run. */
const tagged = '(with message (param "TAG"))';

/**
 * One rule, for operations on what any of the filters matches. A rule without filters holds for everything, so a list of filters that
 * turned out empty gives no rule at all: an empty list must never mean "all".
 */
export function rule(action: Action, operations: string, filters: readonly string[] | 'everything'): string {
  const subject = action === 'deny' ? `${operations} ${tagged}` : operations;
  if (filters === 'everything') return `(${action} ${subject})`;
  return filters.length === 0 ? '' : `(${action} ${subject} ${filters.join(' ')})`;
}

/** A rule about an operation that not every version of macOS knows; an unknown one would make the whole profile invalid. */
export function ifKnown(operation: string, filled: string): string {
  return filled === '' ? '' : `(if (defined? '${operation}) ${filled})`;
}
