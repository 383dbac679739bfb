import { readFileSync } from 'node:fs';

import { type Options, parse, type Parsed } from './arguments.js';
import { UsageError } from './usage_error.js';

/** A parsed command line that names one log. */
export interface ParsedFile extends Parsed {
  readonly file: string;
}

/** Options may stand before and behind the name of the log, which may also come from the environment. */
export function parseFile(args: readonly string[], options: Options, env: NodeJS.ProcessEnv): ParsedFile {
  const before = parse(args, options);
  const after = parse(before.rest.slice(1), options);
  const [extra] = after.rest;
  if (extra !== undefined) throw new UsageError(`Unexpected argument ${extra}. Name one log.`);
  const file = before.rest[0] ?? env['MOATED_AUDIT'] ?? '';
  if (file === '') throw new UsageError('No log given. Name its file, or set MOATED_AUDIT.');
  return {
    file,
    rest: [],
    text: (name) => after.text(name) ?? before.text(name),
    list: (name) => [...before.list(name), ...after.list(name)],
    flag: (name) => before.flag(name) || after.flag(name),
  };
}

/** Keys come from files: the arguments of a process are there for everybody to see. */
export const keyOptions: Options = {
  'key-file': { type: 'string', value: 'PATH', help: 'file with the key that the log was written with' },
  'public-key': {
    type: 'string',
    value: 'PATH',
    help: 'file with the public ed25519 key (PEM) that must have signed the log',
  },
};

function read(path: string, option: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(
      `Cannot read --${option} ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The keys of a command line, for `verifyAuditLog`. A newline at the end of a key file is not part of the key. */
export function keysOf(parsed: Parsed): { readonly key?: Uint8Array; readonly publicKey?: string } {
  const keyFile = parsed.text('key-file');
  const publicKey = parsed.text('public-key');
  return {
    ...(keyFile === undefined ? {} : { key: withoutNewline(read(keyFile, 'key-file')) }),
    ...(publicKey === undefined ? {} : { publicKey: read(publicKey, 'public-key').toString('utf8') }),
  };
}

function withoutNewline(bytes: Buffer): Buffer {
  const end = bytes.at(-1) === 0x0a ? bytes.length - 1 : bytes.length;
  return bytes.subarray(0, bytes[end - 1] === 0x0d ? end - 1 : end);
}
