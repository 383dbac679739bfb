import { type Outcome } from '../native/outcome.js';
import { toLaunchError } from '../native/failure.js';
import { nativeBinding } from '../native/load.js';
import { type Result, type RunOptions, type Violation } from '../types.js';
import { isStale, makeRequest, start } from './attempt.js';
import { inputStream } from './pipe_stream.js';
import { factsHold } from './path_facts.js';
import { alwaysStale, mostTries, type Prepared, type ProfileKey } from './prepare.js';
import { ProtectedGuard } from './protected_guard.js';
import { type Refused, refusedTo } from './denials/refused.js';
import { makeResult, neverStarted, type Output } from './result.js';
import { RunError } from './run_error.js';
import { observed, type Session } from './session.js';
import { connect, feed } from './stdio.js';

interface Attempt {
  readonly outcome: Outcome;
  readonly violations: readonly Violation[];
  readonly refused?: Refused | undefined;
}

const noViolations: readonly Violation[] = [];

function execute(
  session: Session,
  prepared: Prepared,
  argv: readonly string[],
  options: RunOptions,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const connections = connect(options, 'capture');
    const request = makeRequest(session, prepared, argv, options, connections);
    const run = start(session, prepared, request, options.signal, (outcome) => {
      stdin?.destroy();
      resolve(outcome);
    });
    const stdin = connections.source === undefined ? undefined : inputStream(run.fds[0]);
    if (stdin !== undefined && connections.source !== undefined) feed(connections.source, stdin);
  });
}

/** One attempt with the protected paths remembered before and put back after, where no mechanism of the kernel holds them. */
async function guarded(
  session: Session,
  prepared: Prepared,
  argv: readonly string[],
  options: RunOptions,
  runId: string,
): Promise<Attempt> {
  if (prepared.guard === undefined) {
    return { outcome: await execute(session, prepared, argv, options), violations: noViolations };
  }
  const guard = new ProtectedGuard(prepared.guard, runId);
  let outcome: Outcome;
  try {
    guard.begin();
    outcome = await execute(session, prepared, argv, options);
  } catch (error) {
    await guard.end(false);
    throw error;
  }
  const ran = outcome.failure === undefined && !isStale(outcome);
  return { outcome, violations: await guard.end(ran) };
}

/** The same with an eye on what the kernel refuses, where its log tells. */
async function attempt(
  session: Session,
  prepared: Prepared,
  argv: readonly string[],
  options: RunOptions,
  runId: string,
): Promise<Attempt> {
  const watch = prepared.kernelLog?.watch();
  let made: Attempt;
  try {
    made = await guarded(session, prepared, argv, options, runId);
  } catch (error) {
    watch?.cancel();
    throw error;
  }
  return watch === undefined ? made : { ...made, refused: await refusedTo(watch, made.outcome, prepared) };
}

function isStream(input: RunOptions['input']): boolean {
  return typeof input === 'object' && !(input instanceof Uint8Array);
}

/** Tries until the policy fits the files that it speaks of. */
async function runPrepared(
  session: Session,
  profile: ProfileKey,
  first: Prepared,
  argv: readonly string[],
  options: RunOptions,
  runId: string,
): Promise<Result<Output>> {
  let prepared = first;
  // A stream can be read once only, so nothing that it is written to may be tried again.
  const once = isStream(options.input);
  let current: Attempt = { outcome: neverStarted, violations: noViolations };
  for (let tries = 1; options.signal?.aborted !== true; tries += 1) {
    current = await attempt(session, prepared, argv, options, runId);
    if (!isStale(current.outcome)) break;
    const { path } = current.outcome.failure ?? { path: '' };
    if (once || tries === mostTries) throw alwaysStale(argv[0] ?? '', path);
    prepared = session.policies.refresh(profile, prepared);
    current = { outcome: neverStarted, violations: noViolations };
  }
  const { outcome, violations, refused } = current;
  if (outcome.failure !== undefined) {
    throw toLaunchError(outcome.failure, {
      command: argv[0] ?? '',
      cwd: options.cwd ?? prepared.policy.workspace,
    });
  }
  return makeResult(argv, prepared, outcome, runId, options.encoding ?? 'utf8', violations, refused);
}

/** Runs a command to its end and captures its output. */
export async function runCommand(
  session: Session,
  profile: ProfileKey,
  argv: readonly string[],
  options: RunOptions,
): Promise<Result<Output>> {
  session.active.requireOpen();
  const runId = nativeBinding().uuid();
  let prepared = session.policies.get(profile);
  if (isStream(options.input) && !factsHold(prepared.facts)) {
    prepared = session.policies.refresh(profile, prepared);
  }
  const { observer } = session;
  const run = observed(runId, argv, prepared);
  observer?.start(run);
  let result: Result<Output>;
  try {
    result = await runPrepared(session, profile, prepared, argv, options, runId);
  } catch (error) {
    observer?.fail(run, error);
    throw error;
  }
  observer?.end(run, result);
  if (options.throwOnError === true && result.verdict !== 'ok') throw new RunError(result);
  return result;
}
