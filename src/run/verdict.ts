import { exitMeaning } from '../native/ntstatus.js';
import { type Outcome } from '../native/outcome.js';
import { type Limits, type Verdict } from '../types.js';
import { signalNumber } from './signals.js';

const cpuSignal = signalNumber('SIGXCPU');
const fileSizeSignal = signalNumber('SIGXFSZ');

/** Why a run ended. A signal that the kernel sends for a limit of the policy is that limit. */
export function verdictOf(outcome: Pick<Outcome, 'reason' | 'exitCode' | 'signal'>, limits: Limits): Verdict {
  switch (outcome.reason) {
    case 'timeout':
    case 'canceled':
    case 'output':
    case 'memory':
      return outcome.reason;
    case 'processes':
    case 'cpu':
      return 'limit';
    case 'exit':
      break;
  }
  if (outcome.signal !== undefined) {
    const limited =
      (outcome.signal === cpuSignal && limits.cpuMs !== undefined) ||
      (outcome.signal === fileSizeSignal && limits.fileSizeBytes !== undefined);
    return limited ? 'limit' : 'signal';
  }
  if (outcome.exitCode === 0) return 'ok';
  // Only Windows has exit codes as large as these.
  return (outcome.exitCode === undefined ? undefined : exitMeaning(outcome.exitCode)?.verdict) ?? 'exit';
}
