import { createSandbox, defaultPolicy } from '../index.js';
import { type Options, parse } from './arguments.js';
import { readPolicy } from './policy_file.js';
import { type Terminal } from './terminal.js';
import { didYouMean, UsageError } from './usage_error.js';

export const policyCommandOptions: Options = {};

function check(files: readonly string[], terminal: Terminal): number {
  if (files.length === 0) throw new UsageError('Name a policy file: moated policy check FILE...');
  const policies = files.map(readPolicy);
  // With the policy that ships, so that rules that replace some of its rules are checked as well.
  createSandbox({ policy: ['default', ...policies] });
  for (const [index, { name, rules = [], network = [], variables = [] }] of policies.entries()) {
    const examples = rules.reduce(
      (count, { match = [], notMatch = [] }) => count + match.length + notMatch.length,
      0,
    );
    const count = rules.length + network.length + variables.length;
    terminal.stdout.write(`${files[index] ?? ''}: ok (${name}, ${count} rules, ${examples} examples)\n`);
  }
  return 0;
}

/** `moated policy check FILE...` and `moated policy show`. */
export function policyMain(args: readonly string[], terminal: Terminal): Promise<number> {
  return new Promise((resolve) => {
    const [verb, ...rest] = parse(args, policyCommandOptions).rest;
    if (verb === 'check') resolve(check(rest, terminal));
    else if (verb === 'show' && rest.length === 0) {
      terminal.stdout.write(`${JSON.stringify(defaultPolicy(), null, 2)}\n`);
      resolve(0);
    } else {
      const hint = verb === undefined ? '' : didYouMean(verb, ['check', 'show']);
      throw new UsageError(`Use \`moated policy check FILE...\` or \`moated policy show\`.${hint}`);
    }
  });
}
