import { ProfileError } from '../../errors.js';

// Of CreateProcess, in UTF-16 units, with the NUL at the end.
const longest = 32_767;

function refuse(code: 'ERR_INVALID_COMMAND' | 'ERR_COMMAND_TOO_LONG', problem: string): never {
  throw new ProfileError(code, `command: ${problem}`, { subject: 'command' });
}

/**
 * One argument, so that a program that takes its command line apart by the rules of `CommandLineToArgvW` and of Microsoft's C library
 * finds it again: backslashes count only before a quote, where each is doubled.
 */
export function quoteArgument(argument: string): string {
  if (argument !== '' && !/[\s"]/u.test(argument)) return argument;
  return `"${argument.replaceAll(/(\\*)"/gu, '$1$1\\"').replace(/(\\+)$/u, '$1$1')}"`;
}

/** The first word has rules of its own: no backslash escapes anything in it. */
function quoteProgram(program: string): string {
  if (program.includes('"'))
    refuse('ERR_INVALID_COMMAND', `the program ${JSON.stringify(program)} has a quote in its name.`);
  return program === '' || /\s/u.test(program) ? `"${program}"` : program;
}

/** True for `program.cmd`, and for the spellings that the file system takes for it. */
export function isBatchFile(program: string): boolean {
  return /\.(?:bat|cmd)[. ]*$/iu.test(program);
}

/**
 * A batch file is run by cmd.exe, which takes the line apart by rules of its own: no quoting is safe for both (the class of
 * CVE-2024-24576), so none is tried.
 */
function refuseBatchFile(program: string): void {
  if (!isBatchFile(program)) return;
  throw new ProfileError(
    'ERR_COMMAND_NOT_EXECUTABLE',
    `Cannot execute ${program}: it is a batch file, and cmd.exe would read its arguments by other rules than they can be quoted by. ` +
      'Name the program that it starts, or pass the whole command as one shell line.',
    { subject: program },
  );
}

const shellFlags = ['/d', '/s', '/c'] as const;

/** A shell line for cmd.exe as an argv: without its AutoRun commands, and with the line taken as it is. */
export function shellArgv(line: string, systemRoot: string): readonly string[] {
  return [`${systemRoot}\\System32\\cmd.exe`, ...shellFlags, line];
}

function isShellLine(argv: readonly string[]): boolean {
  return (
    argv.length === shellFlags.length + 2 &&
    /(?:^|\\)cmd\.exe$/iu.test(argv[0] ?? '') &&
    shellFlags.every((flag, index) => argv[index + 1] === flag)
  );
}

/** The command line of an argv. */
export function toCommandLine(argv: readonly string[]): string {
  const [program = '', ...rest] = argv;
  refuseBatchFile(program);
  const start = quoteProgram(program);
  // Under `/s` cmd.exe takes off the first and the last quote, and runs what is between them.
  const line = isShellLine(argv)
    ? `${start} ${shellFlags.join(' ')} "${rest.at(-1) ?? ''}"`
    : [start, ...rest.map(quoteArgument)].join(' ');
  // It would arrive as another character, so the program would get what nobody has vetted.
  if (/\p{Surrogate}/u.test(line))
    refuse('ERR_INVALID_COMMAND', 'has half of a character (a lone surrogate), which UTF-8 cannot say.');
  if (line.length < longest) return line;
  refuse(
    'ERR_COMMAND_TOO_LONG',
    `is ${line.length} characters long, and Windows takes ${longest - 1}. Pass the data through \`input\` or a file.`,
  );
}
