import { ProfileError, type ErrorCode } from '../errors.js';
import type { FilesystemRules, NetworkAccess } from '../types.js';
import { didYouMean } from './suggest.js';

/** Reports a value that cannot be accepted: where it is, what is wrong, what would be right. */
export interface Checker {
  readonly code: ErrorCode;
  /** What the outermost value is called in messages. */
  readonly root: string;
}

export function refuse(checker: Checker, where: string, problem: string): never {
  const subject = where === '' ? checker.root : where;
  throw new ProfileError(checker.code, `${subject}: ${problem}`, { subject });
}

/** A short rendering of any value for a message. */
export function show(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value);
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}

/** A plain object whose keys are all known; anything else is refused. */
export function checkKeys(
  checker: Checker,
  where: string,
  value: unknown,
  keys: readonly string[],
): asserts value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse(checker, where, `must be an object, not ${show(value)}.`);
  }
  for (const key of Object.keys(value)) {
    if (keys.includes(key)) continue;
    const place = where === '' ? key : `${where}.${key}`;
    refuse(checker, place, `is not known.${didYouMean(key, keys)} Known here: ${keys.join(', ')}.`);
  }
}

/** One of a fixed set of strings. */
export function checkOneOf(
  checker: Checker,
  where: string,
  value: unknown,
  allowed: readonly string[],
): void {
  if (typeof value === 'string' && allowed.includes(value)) return;
  const hint = typeof value === 'string' ? didYouMean(value, allowed) : '';
  refuse(checker, where, `must be one of ${allowed.join(', ')}, not ${show(value)}.${hint}`);
}

const listNames = ['allowRead', 'allowWrite', 'protect', 'hide'] as const;
const ruleKeys = ['read', ...listNames];

/** Checks the shape of filesystem rules; `paths.ts` checks each path when the policy is resolved. */
export function checkFilesystemRules(
  checker: Checker,
  where: string,
  value: unknown,
): asserts value is FilesystemRules {
  checkKeys(checker, where, value, ruleKeys);
  if (value['read'] !== undefined) checkOneOf(checker, `${where}.read`, value['read'], ['all', 'minimal']);
  for (const name of listNames) {
    if (value[name] !== undefined) checkPathList(checker, `${where}.${name}`, value[name]);
  }
}

export function checkPathList(
  checker: Checker,
  where: string,
  list: unknown,
): asserts list is readonly string[] {
  if (!Array.isArray(list)) refuse(checker, where, `must be an array of paths, not ${show(list)}.`);
  for (const [index, path] of list.entries()) {
    if (typeof path !== 'string')
      refuse(checker, `${where}[${index}]`, `must be a string, not ${show(path)}.`);
    if (path === '') refuse(checker, `${where}[${index}]`, 'is an empty path. Use "." for the workspace.');
    if (path.includes('\0')) refuse(checker, `${where}[${index}]`, 'contains a NUL character.');
  }
}

export function checkNetwork(
  checker: Checker,
  where: string,
  value: unknown,
): asserts value is NetworkAccess {
  checkOneOf(checker, where, value, ['none', 'all']);
}
