import { type Outcome } from '../../native/outcome.js';
import { type Enforcement, type GuaranteeReport, type SandboxPolicy, type Violation } from '../../types.js';
import { KernelLog, type Watch } from './kernel_log.js';
import { reportOf, violationsOf } from './violations.js';

/** What the kernel refused to a run, and how much of that is known. */
export interface Refused {
  readonly violations: readonly Violation[];
  readonly denials: GuaranteeReport;
}

let machineLog: KernelLog | undefined;

/** The log that tells what runs under a policy are refused, where there is one. */
export function kernelLogOf({ denials }: Enforcement): KernelLog | undefined {
  return denials === undefined ? undefined : (machineLog ??= new KernelLog());
}

/** Ends the watch over a run. Undefined when nothing of it ran. */
export async function refusedTo(
  watch: Watch,
  outcome: Pick<Outcome, 'logTag' | 'failure' | 'exitCode'>,
  { policy, enforcement }: { readonly policy: SandboxPolicy; readonly enforcement: Enforcement },
): Promise<Refused | undefined> {
  const { logTag, failure, exitCode } = outcome;
  if (logTag === undefined || failure !== undefined || enforcement.denials === undefined) {
    watch.cancel();
    return undefined;
  }
  // A command that succeeds got along with what it was refused; one that fails may have failed for it.
  const refusals = await watch.end(logTag, exitCode !== 0);
  return { violations: violationsOf(refusals, policy), denials: reportOf(enforcement.denials, refusals) };
}
