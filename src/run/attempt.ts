import { systemOf } from '../compile/systems.js';
import { errno } from '../native/errno.js';
import { nativeBinding } from '../native/load.js';
import { type Outcome, readOutcome } from '../native/outcome.js';
import { type NativeRun, type RunRequest, startRun } from '../native/start.js';
import { type RunOptions } from '../types.js';
import { type Prepared } from './prepare.js';
import { type Session } from './session.js';
import { type Connections } from './stdio.js';
import { workingDirectory } from './working_directory.js';

const defaultMaxBuffer = 16 * 1024 * 1024;

/** Everything that the addon needs for one attempt. */
export function makeRequest(
  session: Session,
  prepared: Prepared,
  argv: readonly string[],
  options: RunOptions,
  connections: Connections,
  started?: (pid: number) => void,
): RunRequest {
  const { limits, confined } = prepared.policy;
  const { encode } = systemOf(process.platform);
  return {
    argv: encode === undefined ? argv : encode.argv(argv),
    environment: session.environment.get(confined, options.env),
    cwd: workingDirectory(options.cwd, prepared),
    stdio: connections.stdio,
    input: connections.input,
    timeoutMs: options.timeout ?? 0,
    maxCapture: options.maxBuffer ?? defaultMaxBuffer,
    maxOutput: limits.outputBytes ?? 0,
    ...prepared.watchdog,
    started,
  };
}

/** Starts one attempt. Cancelling the signal ends it. */
export function start(
  session: Session,
  prepared: Prepared,
  request: RunRequest,
  signal: AbortSignal | undefined,
  done: (outcome: Outcome) => void,
): NativeRun {
  let cancel: (() => void) | undefined;
  const { numbers } = nativeBinding();
  const run = startRun(prepared.native, request, (stdout, stderr, rare) => {
    const outcome = readOutcome(numbers, stdout, stderr, rare);
    if (cancel !== undefined) signal?.removeEventListener('abort', cancel);
    session.active.delete(run);
    done(outcome);
  });
  session.active.add(run);
  if (signal !== undefined) {
    cancel = () => {
      run.kill();
    };
    signal.addEventListener('abort', cancel, { once: true });
    // It may have been cancelled while the run was being prepared.
    if (signal.aborted) cancel();
  }
  return run;
}

/** The policy no longer fits the files that it speaks of: nothing ran, and it must be resolved again. */
export function isStale(outcome: Outcome): boolean {
  // Windows has no such number; its addon says it itself.
  const failed = outcome.failure?.errno;
  return outcome.stale === true || (failed !== undefined && failed === errno.ESTALE);
}
