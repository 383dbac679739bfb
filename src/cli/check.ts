import { createSandbox, type Decision } from '../index.js';
import { type Options, parse } from './arguments.js';
import { exitCodes } from './exit_code.js';
import { readPolicies, vettingOption } from './policy_file.js';
import { policyOptions, sandboxOptions } from './policy_options.js';
import { paint, printJson, type Terminal } from './terminal.js';
import { UsageError } from './usage_error.js';

export const checkOptions: Options = {
  ...policyOptions,
  ...vettingOption,
  line: { type: 'string', short: 'c', value: 'LINE', help: 'a line of the shell instead of a command' },
  json: { type: 'boolean', help: 'one line of JSON' },
};

const colors = { allow: 'green', ask: 'yellow', deny: 'red' } as const;

function exitCodeOf({ decision }: Decision): number {
  return decision === 'allow' ? 0 : decision === 'ask' ? 1 : exitCodes.denied;
}

function lines(decision: Decision, terminal: Terminal): readonly string[] {
  const word = (answer: Decision['decision']): string =>
    paint(answer, colors[answer], terminal.stdout, terminal.env);
  return [
    `${word(decision.decision)}: ${decision.reason}`,
    ...(decision.suggestion === undefined ? [] : [`  instead: ${decision.suggestion}`]),
    ...decision.findings.map(
      ({ decision: answer, subject, reason, rule }) =>
        `  ${word(answer)} ${subject}: ${reason}${rule === undefined ? '' : ` [${rule}]`}`,
    ),
  ];
}

/** `moated check`. Exit code 0 for allow, 1 for ask, 126 for deny. */
export async function checkMain(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parse(args, checkOptions);
  const line = parsed.text('line');
  if (line === undefined && parsed.rest.length === 0)
    throw new UsageError('Name a command, or a line with --line.');
  if (line !== undefined && parsed.rest.length > 0)
    throw new UsageError('Name a command or a line, not both.');
  await using sandbox = createSandbox({ ...sandboxOptions(parsed, terminal.env), ...readPolicies(parsed) });
  const decision = sandbox.check(line ?? parsed.rest);
  if (parsed.flag('json')) printJson(terminal, decision);
  else terminal.stdout.write(`${lines(decision, terminal).join('\n')}\n`);
  return exitCodeOf(decision);
}
