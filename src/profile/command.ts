import { ProfileError } from '../errors.js';
import type { Command } from '../types.js';
import { show } from './rules.js';

// MAX_ARG_STRLEN of the kernel, with the terminating NUL.
const maximumArgument = 128 * 1024;

function invalidCommand(problem: string): never {
  throw new ProfileError('ERR_INVALID_COMMAND', `command: ${problem}`, { subject: 'command' });
}

function checkArgument(argument: unknown, where: string): void {
  if (typeof argument !== 'string') invalidCommand(`${where} must be a string, not ${show(argument)}.`);
  if (argument.includes('\0')) invalidCommand(`${where} contains a NUL character.`);
  // A UTF-16 unit becomes at least one byte and at most three, so most arguments need not be measured.
  if (argument.length * 3 < maximumArgument || Buffer.byteLength(argument) < maximumArgument) return;
  throw new ProfileError(
    'ERR_COMMAND_TOO_LONG',
    `command: ${where} has ${Buffer.byteLength(argument)} bytes, and the kernel takes ${maximumArgument - 1}. Pass it by a file or on stdin.`,
    { subject: 'command' },
  );
}

/** Checks a command: a shell line, or a program and its arguments. */
export function validateCommand(command: unknown): asserts command is Command {
  if (typeof command === 'string') {
    if (command.trim() === '') invalidCommand('is empty.');
    checkArgument(command, 'the shell line');
    return;
  }
  if (!Array.isArray(command))
    invalidCommand(`must be a string or an array of strings, not ${show(command)}.`);
  if (command.length === 0) invalidCommand('is an empty array. The first entry is the program.');
  for (const [index, argument] of command.entries()) checkArgument(argument, `argument ${index}`);
  if (command[0] === '') invalidCommand('the program has an empty name.');
}
