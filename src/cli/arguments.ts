import { parseArgs } from 'node:util';

import { didYouMean, UsageError } from './usage_error.js';

/** One option of a command, for the parser and for the help text alike. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** What the value is called in the help text. */
  readonly value?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

export interface Parsed {
  /** The last value of an option, or undefined. */
  text(name: string): string | undefined;
  /** Every value of an option that may be repeated. */
  list(name: string): readonly string[];
  flag(name: string): boolean;
  readonly rest: readonly string[];
}

/** The long name of an option as it was written, or undefined when there is none. */
function longName(argument: string, options: Options): string | undefined {
  const word = argument.replace(/=.*$/s, '');
  if (word.startsWith('--')) return word.slice(2) in options ? word.slice(2) : undefined;
  const letter = word[1];
  return Object.keys(options).find(
    (name) => options[name]?.short !== undefined && options[name].short === letter,
  );
}

function unknown(argument: string, options: Options): UsageError {
  const word = argument.replace(/=.*$/s, '');
  const hint = didYouMean(
    word,
    Object.keys(options).map((name) => `--${name}`),
  );
  return new UsageError(`Unknown option ${word}.${hint}`);
}

/** Where the options end: at the first positional, or after `--`. What follows belongs to the command that is run. */
function split(
  args: readonly string[],
  options: Options,
): { own: readonly string[]; rest: readonly string[] } {
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] ?? '';
    if (argument === '--') return { own: args.slice(0, at), rest: args.slice(at + 1) };
    if (!argument.startsWith('-') || argument === '-')
      return { own: args.slice(0, at), rest: args.slice(at) };
    const name = longName(argument, options);
    if (name === undefined) throw unknown(argument, options);
    const inline = argument.startsWith('--') ? argument.includes('=') : argument.length > 2;
    if (options[name]?.type === 'string' && !inline) {
      at += 1;
      if (at >= args.length) throw new UsageError(`Option ${argument} needs a value.`);
    }
  }
  return { own: args, rest: [] };
}

/** Parses the options of a command. An option that is not known is refused: a slip must not turn a limit off. */
export function parse(args: readonly string[], options: Options): Parsed {
  const { own, rest } = split(args, options);
  let values: Readonly<Record<string, unknown>>;
  try {
    const config = Object.fromEntries(
      Object.entries(options).map(([name, { type, short, multiple }]) => [
        name,
        { type, multiple: multiple ?? false, ...(short === undefined ? {} : { short }) },
      ]),
    );
    ({ values } = parseArgs({ args: own, options: config, strict: true, allowPositionals: false }));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  return {
    rest,
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    list: (name) => (Array.isArray(values[name]) ? (values[name] as string[]) : []),
    flag: (name) => values[name] === true,
  };
}
