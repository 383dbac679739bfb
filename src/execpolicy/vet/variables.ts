import type { Finding } from '../decision.js';
import type { CompiledPolicy } from '../rules/compile.js';
import { textOf, type Word } from '../word.js';

/** What the rules say about a variable that a shell line, `env` or `export` sets. */
export function vetVariable(
  rules: CompiledPolicy['variables'],
  name: string,
  value: Word | undefined,
): readonly Finding[] {
  const subject = value === undefined ? name : `${name}=${textOf(value)}`;
  const found = rules.filter(
    ({ names, rule }) => names.test(name) && (rule.lowerCase !== true || name === name.toLowerCase()),
  );
  if (found.length === 0) {
    return [{ decision: 'ask', reason: 'no rule names this variable, and programs may read it', subject }];
  }
  return found.map(({ name: rule, rule: { decision, justification, suggestion } }) => ({
    decision,
    reason: justification,
    rule,
    subject,
    ...(suggestion === undefined ? {} : { suggestion }),
  }));
}
