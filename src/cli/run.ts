import { relative, resolve } from 'node:path';

import {
  type AuditError,
  createSandbox,
  type CreateOptions,
  isSandboxError,
  parseDuration,
  type Result,
  type RunOptions,
  type Subprocess,
  type VettingOptions,
} from '../index.js';
import { terminalApprover } from './approve.js';
import { type Options, parse, type Parsed } from './arguments.js';
import { exitCodeOfError, exitCodeOfResult } from './exit_code.js';
import { notesOf } from './notes.js';
import { readPolicies, vettingOption } from './policy_file.js';
import { policyOptions, sandboxOptions } from './policy_options.js';
import { note, printJson, type Terminal } from './terminal.js';
import { UsageError } from './usage_error.js';

export const runOptions: Options = {
  ...policyOptions,
  ...vettingOption,
  audit: { type: 'string', value: 'FILE', help: 'record start, end and violations in this audit log' },
  'audit-required': { type: 'boolean', help: 'refuse to run when that cannot be recorded' },
  timeout: { type: 'string', value: '30s', help: 'wall time after which the run is ended' },
  json: { type: 'boolean', help: "the command's output to stderr, the result as one line of JSON to stdout" },
};

const forwarded: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Passes the signals that end us on to the run. A second SIGINT ends the run whatever the command does about it, and one that comes when
 * it is over must not end us before its result is told: this process does nothing else, so it listens to its end.
 */
function forwardSignals(subprocess: Subprocess, cancel: () => void): void {
  let interrupted = false;
  const forward = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGINT' && interrupted) {
      cancel();
      return;
    }
    interrupted ||= signal === 'SIGINT';
    subprocess.kill(signal);
  };
  for (const signal of forwarded) process.on(signal, forward);
}

/** Copies output where it must be counted or moved aside. A reader who leaves ends the run, as a broken pipe would. */
function copyOutput(
  subprocess: Subprocess,
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  cancel: () => void,
): void {
  for (const stream of new Set([stdout, stderr])) stream.on('error', cancel);
  subprocess.stdout?.pipe(stdout, { end: false });
  subprocess.stderr?.pipe(stderr, { end: false });
}

function closed(subprocess: Subprocess): Promise<void> {
  return new Promise((done) => {
    subprocess.once('close', () => {
      done();
    });
    subprocess.once('error', () => {
      done();
    });
  });
}

/** The command starts where the user is, or in the workspace when the user is not inside it. */
function startDirectory(workspace: string | undefined): string {
  if (workspace === undefined) return '.';
  const below = relative(resolve(workspace), process.cwd());
  return below === '' || below.startsWith('..') ? '.' : below;
}

/** The log of this run. One that is not required says on stderr what it could not write. */
function auditOf(parsed: Parsed, terminal: Terminal): Pick<CreateOptions, 'audit'> {
  const file = parsed.text('audit') ?? terminal.env['MOATED_AUDIT'] ?? '';
  const required = parsed.flag('audit-required');
  if (file === '') {
    if (required) throw new UsageError('--audit-required needs --audit FILE, or MOATED_AUDIT.');
    return {};
  }
  const onError = ({ message }: AuditError): void => {
    note(terminal, message);
  };
  return { audit: { file, required, onError } };
}

function vettingOf(parsed: Parsed): VettingOptions {
  const policies = readPolicies(parsed);
  const onAsk = policies.policy === undefined ? undefined : terminalApprover();
  return onAsk === undefined ? policies : { ...policies, onAsk };
}

async function execute(parsed: Parsed, terminal: Terminal): Promise<Result> {
  const json = parsed.flag('json');
  const options = sandboxOptions(parsed, terminal.env);
  const timeout = parsed.text('timeout');
  const abort = new AbortController();
  const cancel = (): void => {
    abort.abort();
  };
  const copies = json || options.limits?.outputBytes !== undefined;
  const run: RunOptions = {
    stdio: copies ? ['inherit', 'pipe', 'pipe'] : 'inherit',
    cwd: startDirectory(options.workspace),
    signal: abort.signal,
    ...(timeout === undefined ? {} : { timeout: parseDuration(timeout, 'timeout') }),
  };
  await using sandbox = createSandbox({
    ...options,
    ...vettingOf(parsed),
    ...auditOf(parsed, terminal),
  });
  const subprocess = sandbox.spawn(parsed.rest, undefined, run);
  forwardSignals(subprocess, cancel);
  const end = closed(subprocess);
  if (copies) copyOutput(subprocess, json ? terminal.stderr : terminal.stdout, terminal.stderr, cancel);
  const result = (await subprocess) as Result;
  await end;
  return result;
}

/** `moated run`. */
export async function runMain(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parse(args, runOptions);
  if (parsed.rest.length === 0)
    throw new UsageError('No command given. Usage: moated run [options] -- COMMAND...');
  try {
    const result = await execute(parsed, terminal);
    for (const line of notesOf(result)) note(terminal, line);
    // The output went to stderr as it came; the result does not hold it.
    if (parsed.flag('json')) printJson(terminal, { ...result, stdout: undefined, stderr: undefined });
    return exitCodeOfResult(result);
  } catch (error) {
    if (!parsed.flag('json') || !isSandboxError(error)) throw error;
    note(terminal, error.message);
    printJson(terminal, { error: { code: error.code, message: error.message, subject: error.subject } });
    return exitCodeOfError(error);
  }
}
