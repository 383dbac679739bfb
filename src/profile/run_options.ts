import type { RunOptions, SandboxOptions } from '../types.js';
import { validateEnv } from './environment.js';
import { validateLimits } from './limits.js';
import { checkPathText } from './paths.js';
import {
  checkFilesystemRules,
  checkKeys,
  checkNetwork,
  checkOneOf,
  refuse,
  show,
  type Checker,
} from './rules.js';

const checker: Checker = { code: 'ERR_INVALID_OPTION', root: 'options' };
const stdioValues = ['pipe', 'inherit', 'ignore'];

const runKeys: readonly (keyof RunOptions)[] = [
  'cwd',
  'env',
  'input',
  'timeout',
  'signal',
  'maxBuffer',
  'encoding',
  'stdio',
  'throwOnError',
];
const sandboxKeys: readonly (keyof SandboxOptions)[] = [
  'profile',
  'workspace',
  'filesystem',
  'network',
  'limits',
  'env',
  'compat',
  'isolation',
];

function checkBoolean(where: string, value: unknown): void {
  if (typeof value !== 'boolean') refuse(checker, where, `must be true or false, not ${show(value)}.`);
}

function checkNumber(where: string, value: unknown, unit: string): void {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    refuse(checker, where, `must be a whole number of ${unit}, zero or more, not ${show(value)}.`);
  }
}

function hasMethod(value: unknown, name: string): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Record<string, unknown>)[name] === 'function'
  );
}

function checkInput(value: unknown): void {
  if (typeof value === 'string' || value instanceof Uint8Array || hasMethod(value, 'pipe')) return;
  refuse(checker, 'input', `must be a string, a Uint8Array or a readable stream, not ${show(value)}.`);
}

function checkStdio(value: unknown): void {
  if (!Array.isArray(value)) {
    checkOneOf(checker, 'stdio', value, stdioValues);
    return;
  }
  if (value.length !== 3) refuse(checker, 'stdio', `must have three entries, not ${value.length}.`);
  for (const [index, entry] of value.entries()) checkOneOf(checker, `stdio[${index}]`, entry, stdioValues);
}

/** Checks the options of one run. An option that is not known is an error, so that a slip never turns a limit off. */
export function validateRunOptions(options: unknown): asserts options is RunOptions {
  checkKeys(checker, '', options, runKeys);
  const { cwd, env, input, timeout, signal, maxBuffer, encoding, stdio, throwOnError } = options;
  if (cwd !== undefined) checkPathText(cwd, 'cwd');
  if (env !== undefined) validateEnv(env);
  if (timeout !== undefined) checkNumber('timeout', timeout, 'milliseconds');
  if (maxBuffer !== undefined) checkNumber('maxBuffer', maxBuffer, 'bytes');
  if (signal !== undefined && !hasMethod(signal, 'addEventListener')) {
    refuse(checker, 'signal', `must be an AbortSignal, not ${show(signal)}.`);
  }
  if (encoding !== undefined) checkOneOf(checker, 'encoding', encoding, ['utf8', 'buffer']);
  if (stdio !== undefined) checkStdio(stdio);
  if (throwOnError !== undefined) checkBoolean('throwOnError', throwOnError);
  if (input !== undefined) {
    checkInput(input);
    const standardInput: unknown = Array.isArray(stdio) ? stdio[0] : stdio;
    if (standardInput !== undefined && standardInput !== 'pipe') {
      refuse(
        checker,
        'input',
        `cannot be given while stdio leaves standard input at ${show(standardInput)}. Use "pipe".`,
      );
    }
  }
}

/** Checks the options of a sandbox. Paths are checked when a policy is resolved. */
export function validateSandboxOptions(options: unknown): asserts options is SandboxOptions {
  checkKeys(checker, '', options, sandboxKeys);
  const { profile, workspace, filesystem, network, limits, env, compat, isolation } = options;
  if (
    profile !== undefined &&
    typeof profile !== 'string' &&
    (typeof profile !== 'object' || profile === null)
  ) {
    refuse(checker, 'profile', `must be the name of a profile or a definition, not ${show(profile)}.`);
  }
  if (workspace !== undefined) checkPathText(workspace, 'workspace');
  if (filesystem !== undefined) checkFilesystemRules(checker, 'filesystem', filesystem);
  if (network !== undefined) checkNetwork(checker, 'network', network);
  if (limits !== undefined) validateLimits(limits);
  if (env !== undefined) validateEnv(env);
  if (compat !== undefined) checkOneOf(checker, 'compat', compat, ['hard', 'best-effort']);
  if (isolation !== undefined) checkOneOf(checker, 'isolation', isolation, ['auto', 'fresh', 'light']);
}

export { validateCommand } from './command.js';
