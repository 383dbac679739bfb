import { type Action, createSandbox, type Explanation } from '../index.js';
import { type Options, parse, type Parsed } from './arguments.js';
import { policyOptions, sandboxOptions } from './policy_options.js';
import { paint, printJson, type Terminal } from './terminal.js';
import { UsageError } from './usage_error.js';

export const explainOptions: Options = {
  ...policyOptions,
  read: { type: 'string', value: 'PATH', help: 'may this path be read?' },
  write: { type: 'string', value: 'PATH', help: 'may this path be written?' },
  execute: { type: 'string', value: 'PATH', help: 'may this program be executed?' },
  connect: { type: 'string', value: 'HOST:PORT', help: 'may this address be reached?' },
  json: { type: 'boolean', help: 'one line of JSON' },
};

function actionOf(parsed: Parsed): Action | undefined {
  const actions: Action[] = [];
  for (const name of ['read', 'write', 'execute', 'connect'] as const) {
    const target = parsed.text(name);
    if (target !== undefined) actions.push({ [name]: target } as Action);
  }
  if (actions.length > 1) throw new UsageError('Ask about one action at a time.');
  return actions[0];
}

function list(title: string, entries: readonly string[]): string[] {
  return entries.length === 0
    ? [`${title}: nothing`]
    : [`${title}:`, ...entries.map((entry) => `  ${entry}`)];
}

function actionLines(explanation: Explanation, terminal: Terminal): readonly string[] {
  const { action } = explanation;
  if (action === undefined) return [];
  const word = action.allowed
    ? paint('allowed', 'green', terminal.stdout, terminal.env)
    : paint('denied', 'red', terminal.stdout, terminal.env);
  return [
    `${action.action} ${action.target}: ${word}`,
    `  rule: ${action.rule}`,
    ...(action.allowed ? [] : [`  enforced by: ${action.mechanism}`]),
    ...(action.suggestion === undefined ? [] : [`  to allow it: ${action.suggestion}`]),
  ];
}

function policyLines({ policy, policyHash, enforcement }: Explanation): readonly string[] {
  const { filesystem } = policy;
  const shown = filesystem.hidden.filter(({ kind }) => kind !== 'absent').map(({ path }) => path);
  const guarded = filesystem.protected.map(({ path, kind }) =>
    kind === 'absent' ? `${path} (does not exist yet)` : path,
  );
  return [
    `profile ${policy.profile}, workspace ${policy.workspace} (${policy.workspaceAccess})`,
    `policy ${policyHash}`,
    ...list('may read', filesystem.readable),
    ...list('may write', filesystem.writable),
    ...list('protected', guarded),
    ...list('hidden', shown),
    `network: ${policy.network}`,
    `enforced (tier ${enforcement.tier}):`,
    ...Object.entries(enforcement.guarantees).map(
      ([name, { status, mechanism, reason }]) =>
        `  ${name}: ${status}, ${mechanism}${reason === undefined ? '' : ` (${reason})`}`,
    ),
  ];
}

/** `moated explain`. */
export async function explainMain(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parse(args, explainOptions);
  if (parsed.rest.length > 0)
    throw new UsageError(
      `Unexpected argument ${parsed.rest[0] ?? ''}. Use --read, --write, --execute or --connect.`,
    );
  await using sandbox = createSandbox(sandboxOptions(parsed, terminal.env));
  const explanation = sandbox.explain(undefined, actionOf(parsed));
  if (parsed.flag('json')) {
    printJson(terminal, explanation);
    return 0;
  }
  const lines =
    explanation.action === undefined ? policyLines(explanation) : actionLines(explanation, terminal);
  terminal.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
