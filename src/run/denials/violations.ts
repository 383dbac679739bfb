import { guaranteeOfRefusal } from '../../compile/macos/refusals.js';
import { none, partial } from '../../compile/report.js';
import { type GuaranteeReport, type SandboxPolicy, type Violation } from '../../types.js';
import { type Denial } from './denial.js';
import { type RunRefusals } from './kernel_log.js';

/** Text that a program chose, so that a terminal only shows it. */
function shown(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

function violationOf(denial: Denial, policy: SandboxPolicy): Violation | undefined {
  const { process, pid, operation, target } = denial;
  const guarantee = guaranteeOfRefusal(operation, target, policy);
  if (guarantee === undefined) return undefined;
  const what = target === '' ? operation : `${operation} ${shown(target)}`;
  const message = `The kernel refused ${what} to ${shown(process)} (process ${pid}).`;
  return { guarantee, operation, target, source: 'kernel', message };
}

/** What the kernel refused to a run. */
export function violationsOf(refusals: RunRefusals, policy: SandboxPolicy): readonly Violation[] {
  return refusals.denials.flatMap((denial) => violationOf(denial, policy) ?? []);
}

/** How much of what was refused to a run is known. `reported` is what the policy's own report says. */
export function reportOf(reported: GuaranteeReport, refusals: RunRefusals): GuaranteeReport {
  const { denials, gaps, leftOut, read, unread } = refusals;
  if (!read && denials.length === 0) return none('nothing', gaps.join('; '));
  const reasons = [
    ...gaps,
    ...(leftOut === 0 ? [] : [`${leftOut} more were left out`]),
    ...(unread === 0 ? [] : [`${unread} could not be read`]),
    ...(reported.reason === undefined ? [] : [reported.reason]),
  ];
  return partial(reported.mechanism, reasons.join('; '));
}
