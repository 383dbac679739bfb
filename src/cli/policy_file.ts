import { readFileSync } from 'node:fs';

import { parsePolicy, type PolicyFile, type VettingOptions } from '../index.js';
import { type Options, type Parsed } from './arguments.js';
import { UsageError } from './usage_error.js';

/** The option of every command that vets. */
export const vettingOption: Options = {
  policy: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'a policy file, or "default", the policy that ships',
  },
};

/** Reads and checks one policy file. */
export function readPolicy(path: string): PolicyFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `The policy file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  return parsePolicy({ name: path, text });
}

/** What `--policy` says, as options of a sandbox; nothing when it is not given. */
export function readPolicies(parsed: Parsed): Pick<VettingOptions, 'policy'> {
  const names = parsed.list('policy');
  if (names.length === 0) return {};
  return { policy: names.map((name) => (name === 'default' ? 'default' : readPolicy(name))) };
}
