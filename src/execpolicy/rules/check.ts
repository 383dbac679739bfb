import { PolicyError } from '../../errors.js';

/** A place in a policy file: `default: rules[3] (git-push).options`. */
export type Place = string;

export function refuse(place: Place, problem: string): never {
  throw new PolicyError('ERR_POLICY_INVALID', `${place}: ${problem}`, { subject: place });
}

/** A short rendering of any value for a message. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
}

export type Fields = Readonly<Record<string, unknown>>;

/** An object that has every key of `needed` and none but those and `optional`. */
export function checkObject(
  place: Place,
  value: unknown,
  needed: readonly string[],
  optional: readonly string[] = [],
): asserts value is Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    refuse(place, `must be an object, not ${show(value)}.`);
  for (const key of Object.keys(value)) {
    if (needed.includes(key) || optional.includes(key)) continue;
    refuse(place, `${show(key)} is not known here. Known: ${[...needed, ...optional].join(', ')}.`);
  }
  for (const key of needed) {
    if (!Object.hasOwn(value, key)) refuse(place, `${key} is missing.`);
  }
}

/** A text that is not blank and has no control character. */
export function checkText(place: Place, value: unknown): asserts value is string {
  if (typeof value !== 'string') refuse(place, `must be a text, not ${show(value)}.`);
  if (!/\S/.test(value)) refuse(place, 'must not be blank.');
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(value)) refuse(place, 'has a control character.');
}

export function checkOneOf(place: Place, value: unknown, allowed: readonly unknown[]): void {
  if (!allowed.includes(value))
    refuse(place, `must be one of ${allowed.map(String).join(', ')}, not ${show(value)}.`);
}

/** A list with `least` or more entries, each checked. */
export function checkList(
  place: Place,
  value: unknown,
  checkEntry: (place: Place, entry: unknown) => void,
  least = 1,
): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) refuse(place, `must be a list, not ${show(value)}.`);
  if (value.length < least) refuse(place, 'is an empty list. Leave it out, or say what it is about.');
  for (const [index, entry] of value.entries()) checkEntry(`${place}[${index}]`, entry);
}

/** Every field that is there, by its own check. */
export function checkFields(
  place: Place,
  value: Fields,
  checks: Readonly<Record<string, (place: Place, value: unknown) => void>>,
): void {
  for (const [key, check] of Object.entries(checks)) {
    if (value[key] !== undefined) check(`${place}.${key}`, value[key]);
  }
}
