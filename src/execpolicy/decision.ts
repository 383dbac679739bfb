import type { Answer } from './rule.js';

/** One reason for a decision. */
export interface Finding {
  readonly decision: Answer;
  readonly reason: string;
  /** What to do instead. */
  readonly suggestion?: string;
  /** `policy/rule`; absent when no rule decided. */
  readonly rule?: string;
  /** The command, path, variable or address that it is about. */
  readonly subject: string;
}

/** What vetting answers about a command: the strictest of its findings. */
export interface Decision {
  readonly decision: Answer;
  readonly reason: string;
  readonly suggestion?: string;
  readonly rule?: string;
  readonly findings: readonly Finding[];
}

const strictness: Readonly<Record<Answer, number>> = { allow: 0, ask: 1, deny: 2 };

/** True when `a` is stricter than `b`. */
export function isStricter(a: Answer, b: Answer): boolean {
  return strictness[a] > strictness[b];
}

export function strictest(findings: readonly Finding[]): Finding | undefined {
  let found: Finding | undefined;
  for (const one of findings) {
    if (found === undefined || isStricter(one.decision, found.decision)) found = one;
  }
  return found;
}

/** The decision of all findings. Nothing found means that nothing was understood. */
export function decisionOf(findings: readonly Finding[]): Decision {
  const found = strictest(findings);
  if (found === undefined) return { decision: 'ask', reason: 'there is no command to vet', findings };
  const { decision, reason, suggestion, rule } = found;
  return {
    decision,
    reason,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(rule === undefined ? {} : { rule }),
    findings,
  };
}

export function ask(subject: string, reason: string): Finding {
  return { decision: 'ask', reason, subject };
}

export function deny(subject: string, reason: string): Finding {
  return { decision: 'deny', reason, subject };
}

export function allow(subject: string, reason: string): Finding {
  return { decision: 'allow', reason, subject };
}
