import { PolicyError } from '../../errors.js';
import type { PolicyFile } from '../rule.js';
import { checkPolicy } from './check_policy.js';
import { checkExamples } from './examples.js';
import { type CompiledPolicy, compilePolicies } from './compile.js';

/** A policy file as it came: its text, and what to call it in messages. */
export interface PolicySource {
  readonly name: string;
  readonly text: string;
}

/** Reads the text of a policy file. Throws `PolicyError` when it is not JSON or has a wrong shape. */
export function parsePolicy({ name, text }: PolicySource): PolicyFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PolicyError(
      'ERR_POLICY_INVALID',
      `${name}: is not JSON: ${reason}. Comments and trailing commas are not allowed.`,
      {
        subject: name,
        cause,
      },
    );
  }
  checkPolicy(value, name);
  return value;
}

/**
 * Checks policy files and their examples, and puts them together. Throws `PolicyError` with the file, the rule and the place of whatever is
 * wrong.
 */
export function loadPolicies(files: readonly PolicyFile[]): CompiledPolicy {
  const names = new Set<string>();
  const ids = new Set<string>();
  for (const file of files) {
    checkPolicy(file, typeof file.name === 'string' ? file.name : 'policy');
    if (names.has(file.name))
      throw new PolicyError(
        'ERR_POLICY_INVALID',
        `${file.name}: name: another policy has this name. Rename one.`,
        { subject: file.name },
      );
    names.add(file.name);
    for (const { id } of [...(file.rules ?? []), ...(file.network ?? []), ...(file.variables ?? [])])
      ids.add(`${file.name}/${id}`);
    checkExamples(file);
  }
  for (const file of files) {
    for (const [index, id] of (file.replaces ?? []).entries()) {
      if (ids.has(id)) continue;
      const place = `${file.name}: replaces[${index}]`;
      throw new PolicyError(
        'ERR_POLICY_INVALID',
        `${place}: there is no rule ${id}. Correct the name, or leave it out.`,
        { subject: place },
      );
    }
  }
  return compilePolicies(files);
}
