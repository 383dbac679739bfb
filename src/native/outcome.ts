import { type Rare } from './binding.js';

/** In the order of `EndReason` in the addon. */
const reasons = ['exit', 'timeout', 'canceled', 'output', 'memory', 'processes', 'cpu'] as const;

/** How a run ended and what it used. */
export interface Outcome extends Rare {
  readonly exitCode?: number;
  readonly signal?: number;
  /** Why the run ended. */
  readonly reason: (typeof reasons)[number];
  readonly stdout?: Buffer;
  readonly stderr?: Buffer;
  readonly droppedStdout: number;
  readonly droppedStderr: number;
  readonly durationUs: number;
  readonly userUs: number;
  readonly systemUs: number;
  readonly maxRssBytes: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
  readonly blocksIn: number;
  readonly blocksOut: number;
}

/** Puts together what the addon hands over in parts. Only while `done` is called: the numbers are those of the last run that ended. */
export function readOutcome(
  numbers: Float64Array,
  stdout: Buffer | undefined,
  stderr: Buffer | undefined,
  rare: Rare | undefined,
): Outcome {
  let next = 0;
  const number = (): number => numbers[next++] ?? NaN;
  const reason = reasons[number()] ?? 'canceled';
  const exitCode = number();
  const signal = number();
  return {
    reason,
    exitCode: exitCode >= 0 ? exitCode : undefined,
    signal: exitCode < 0 && signal !== 0 ? signal : undefined,
    stdout,
    stderr,
    droppedStdout: number(),
    droppedStderr: number(),
    durationUs: number(),
    userUs: number(),
    systemUs: number(),
    maxRssBytes: number(),
    minorFaults: number(),
    majorFaults: number(),
    voluntarySwitches: number(),
    involuntarySwitches: number(),
    blocksIn: number(),
    blocksOut: number(),
    failure: rare?.failure,
    stale: rare?.stale,
    changed: rare?.changed,
    logTag: rare?.logTag,
  };
}
