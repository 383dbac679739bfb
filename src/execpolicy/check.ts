import type { VettingContext } from './context.js';
import { type Decision, decisionOf } from './decision.js';
import type { CompiledPolicy } from './rules/compile.js';
import { Vetting } from './vet/vetting.js';

/**
 * Answers whether a command may run: a string is a line of a shell, a list is an argv. Pure and synchronous, so that it can also be asked
 * at every execve. What is not understood is `ask`; the strictest answer about any part of the command is the answer.
 */
export function checkCommand(
  policy: CompiledPolicy,
  command: string | readonly string[],
  context: VettingContext,
): Decision {
  const vetting = new Vetting(policy, context);
  if (typeof command === 'string') vetting.line(command, context.dialect ?? 'sh');
  else vetting.argv(command);
  return decisionOf(vetting.findings);
}
