import { isAscii } from 'node:buffer';

import { type Outcome } from '../native/outcome.js';
import { type Result, type Usage, type Violation } from '../types.js';
import { type Refused } from './denials/refused.js';
import { type Prepared } from './prepare.js';
import { replacedMeanwhile } from './replaced.js';
import { signalName } from './signals.js';
import { verdictOf } from './verdict.js';

/** What a result may hold as output: text, or bytes under `encoding: 'buffer'`. */
export type Output = string | Buffer;

const noBytes = Buffer.alloc(0);

/** The outcome of a run that was cancelled before it started. */
export const neverStarted: Outcome = {
  reason: 'canceled',
  droppedStdout: 0,
  droppedStderr: 0,
  durationUs: 0,
  userUs: 0,
  systemUs: 0,
  maxRssBytes: 0,
  minorFaults: 0,
  majorFaults: 0,
  voluntarySwitches: 0,
  involuntarySwitches: 0,
  blocksIn: 0,
  blocksOut: 0,
};

function usageOf(outcome: Outcome): Usage {
  return {
    cpuMs: (outcome.userUs + outcome.systemUs) / 1000,
    userMs: outcome.userUs / 1000,
    systemMs: outcome.systemUs / 1000,
    maxRssBytes: outcome.maxRssBytes,
    minorFaults: outcome.minorFaults,
    majorFaults: outcome.majorFaults,
    voluntarySwitches: outcome.voluntarySwitches,
    involuntarySwitches: outcome.involuntarySwitches,
    blocksIn: outcome.blocksIn,
    blocksOut: outcome.blocksOut,
  };
}

function decode(bytes: Buffer | undefined, encoding: 'utf8' | 'buffer'): Output {
  if (encoding === 'buffer') return bytes ?? noBytes;
  if (bytes === undefined) return '';
  // The same text, ten times as fast.
  return isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8');
}

export function makeResult(
  command: readonly string[],
  prepared: Prepared,
  outcome: Outcome,
  runId: string,
  encoding: 'utf8' | 'buffer',
  violations: readonly Violation[],
  refused?: Refused,
): Result<Output> {
  const verdict = verdictOf(outcome, prepared.policy.limits);
  const replaced = replacedMeanwhile(prepared.policy, outcome, prepared.enforcement.tier === 'standard');
  const told = refused?.violations ?? [];
  return {
    command,
    exitCode: outcome.exitCode,
    signal: signalName(outcome.signal),
    stdout: decode(outcome.stdout, encoding),
    stderr: decode(outcome.stderr, encoding),
    durationMs: outcome.durationUs / 1000,
    timedOut: verdict === 'timeout',
    isCanceled: verdict === 'canceled',
    truncated: { stdout: outcome.droppedStdout, stderr: outcome.droppedStderr },
    verdict,
    violations: replaced.length + told.length === 0 ? violations : [...violations, ...replaced, ...told],
    enforcement:
      refused === undefined ? prepared.enforcement : { ...prepared.enforcement, denials: refused.denials },
    usage: usageOf(outcome),
    runId,
    get policyHash() {
      return prepared.policyHash;
    },
  };
}
