import { ProfileError } from '../errors.js';
import type { Limits } from '../types.js';
import { checkKeys, refuse, show, type Checker } from './rules.js';

/** Every limit, so that a limit added to the type is checked, merged and narrowed too. */
export const limitNames = [
  'cpuMs',
  'memoryBytes',
  'addressSpaceBytes',
  'processes',
  'files',
  'fileSizeBytes',
  'outputBytes',
  'scratchBytes',
] as const satisfies readonly (keyof Limits)[];

/** Size of each private scratch file system unless a limit says otherwise. */
export const defaultScratchBytes = 1024 ** 3;

/**
 * Checks that every limit is a positive whole number. Zero is refused, because it means "no limit" to some and "nothing" to others.
 */
export function validateLimits(
  limits: unknown,
  where = 'limits',
  checker: Checker = { code: 'ERR_INVALID_OPTION', root: 'limits' },
): asserts limits is Limits {
  checkKeys(checker, where, limits, limitNames);
  for (const name of limitNames) {
    const value = limits[name];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0) {
      refuse(
        checker,
        `${where}.${name}`,
        `must be a positive whole number, not ${show(value)}. Leave it out for no limit.`,
      );
    }
  }
}

/** The smaller of each pair of limits; a limit that only one side has stays. */
export function smallestLimits(a: Limits, b: Limits): Limits {
  const merged: Partial<Record<keyof Limits, number>> = {};
  for (const name of limitNames) {
    const value = Math.min(a[name] ?? Infinity, b[name] ?? Infinity);
    if (value !== Infinity) merged[name] = value;
  }
  return Object.freeze(merged);
}

/** `base` with the limits of `changes`. One that is present but undefined is as if left out: it lifts nothing. */
export function overrideLimits(base: Limits, changes: Limits = {}): Limits {
  const merged: Partial<Record<keyof Limits, number>> = {};
  for (const name of limitNames) {
    const value = changes[name] ?? base[name];
    if (value !== undefined) merged[name] = value;
  }
  return Object.freeze(merged);
}

const byteUnits: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};
const millisecondUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function invalid(option: string, text: string, expected: string): never {
  throw new ProfileError('ERR_INVALID_OPTION', `${option}: ${show(text)} is not ${expected}.`, {
    subject: option,
  });
}

/** Reads `512m`, `1.5g`, `64KiB` or a plain number of bytes. A unit is always a power of 1024. */
export function parseBytes(text: string, option = 'size'): number {
  const match = /^(\d+(?:\.\d+)?)(?:([kmgt])(?:i?b)?|b)?$/i.exec(text.trim());
  const value = match === null ? NaN : Number(match[1]) * (byteUnits[(match[2] ?? '').toLowerCase()] ?? NaN);
  const bytes = Math.round(value);
  if (!Number.isSafeInteger(bytes) || bytes <= 0) invalid(option, text, 'a size such as 512m, 1.5g or 65536');
  return bytes;
}

/** Reads `30s`, `500ms`, `1.5m`, `2h` into milliseconds. The unit is required: a bare number means seconds to some tools and milliseconds to others. */
export function parseDuration(text: string, option = 'duration'): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/i.exec(text.trim());
  const value =
    match === null ? NaN : Number(match[1]) * (millisecondUnits[(match[2] ?? '').toLowerCase()] ?? NaN);
  const milliseconds = Math.round(value);
  if (!Number.isSafeInteger(milliseconds) || milliseconds <= 0) {
    invalid(option, text, 'a duration such as 500ms, 30s, 5m or 1h');
  }
  return milliseconds;
}
