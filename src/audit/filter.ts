import { type AuditDecision, type AuditOperation, type AuditRecord } from './event.js';

/** Which records are wanted. What is absent does not narrow. */
export interface AuditFilter {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly operations?: readonly AuditOperation[] | undefined;
  readonly decisions?: readonly AuditDecision[] | undefined;
  readonly runId?: string | undefined;
  readonly sessionId?: string | undefined;
  /** A part of the target, of any case. */
  readonly target?: string | undefined;
}

function isOneOf(value: string, wanted: readonly string[] | undefined): boolean {
  return wanted === undefined || wanted.includes(value);
}

export function matches(record: AuditRecord, filter: AuditFilter): boolean {
  const time = Date.parse(record.timestamp);
  if (filter.since !== undefined && !(time >= filter.since.getTime())) return false;
  if (filter.until !== undefined && !(time <= filter.until.getTime())) return false;
  if (!isOneOf(record.operation, filter.operations) || !isOneOf(record.decision, filter.decisions))
    return false;
  // The beginning of an id is enough, as people use those of git.
  if (filter.runId !== undefined && record.runId?.startsWith(filter.runId) !== true) return false;
  if (filter.sessionId !== undefined && record.sessionId !== filter.sessionId) return false;
  return filter.target === undefined || record.target.toLowerCase().includes(filter.target.toLowerCase());
}
