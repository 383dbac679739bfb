import type { Result } from '../types.js';

/** What was done or tried. `audit_log` is about the log itself: closed, rotated, recovered, records that could not be written. */
export const auditOperations = [
  'file_read',
  'file_write',
  'file_delete',
  'command_exec',
  'process_spawn',
  'network_access',
  'policy_change',
  'authentication',
  'audit_log',
] as const;

export type AuditOperation = (typeof auditOperations)[number];

export const auditDecisions = ['allowed', 'denied', 'requires_approval'] as const;

export type AuditDecision = (typeof auditDecisions)[number];

/** A value of a record. What is no JSON (functions, symbols) is left out, a bigint becomes text. */
export type AuditValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly AuditValue[]
  | { readonly [name: string]: AuditValue };

/** Something that happened, as its source tells it. Every text of it is redacted before it is stored. */
export interface AuditEvent {
  readonly operation: AuditOperation;
  /** Path, program, address or profile. */
  readonly target: string;
  readonly decision: AuditDecision;
  readonly reason?: string | undefined;
  /** Now, unless given. */
  readonly timestamp?: Date | undefined;
  /** `start` and `end` are the two records of one run. */
  readonly phase?: 'start' | 'end' | undefined;
  readonly sessionId?: string | undefined;
  readonly runId?: string | undefined;
  readonly profile?: string | undefined;
  readonly policyHash?: string | undefined;
  readonly argv?: readonly string[] | undefined;
  readonly details?: Readonly<Record<string, AuditValue>> | undefined;
}

/** An event without private data, as a sink gets it. */
export interface RedactedEvent extends Omit<AuditEvent, 'timestamp'> {
  /** RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
  /** How many pieces of each kind were removed; absent when none were. */
  readonly redacted?: Readonly<Record<string, number>> | undefined;
}

/** One line of a log. */
export interface AuditRecord extends RedactedEvent {
  readonly v: 1;
  /** Of one opening of the log; each writer has a chain of its own. */
  readonly writer: string;
  /** Counts the records of the writer, from 0. */
  readonly seq: number;
  /** Which key the hashes are made with; absent when they are plain SHA-256. */
  readonly keyId?: string;
  /** Hash of the record of another writer that was the last of the file before this one. */
  readonly after?: string;
  /** Hash of the writer's previous record; zeros for its first. */
  readonly prev: string;
  /** Over every byte of the line before this field. */
  readonly hash: string;
}

/** Where events go. */
export interface AuditSink {
  /** Takes one event. Throws when it could not be kept: whoever requires the record must not go on. */
  write(event: RedactedEvent): void;
  /** Resolves when everything is on stable storage. */
  flush?(): Promise<void>;
  close?(): Promise<void>;
}

/** A run as its observer sees it. */
export interface ObservedRun {
  readonly runId: string;
  readonly argv: readonly string[];
  readonly profile: string;
  readonly policyHash: string;
  readonly tier: string;
  /** The command was handed to another spawner: there is no end that we could see. */
  readonly wrapped?: true;
}

/** What was decided about a command before it could start. */
export interface VettedCommand {
  readonly command: string | readonly string[];
  readonly decision: AuditDecision;
  readonly by: 'policy' | 'approver';
  readonly reason: string;
  readonly rule: string | undefined;
}

/** Is told of every run. What it throws before the start refuses the run, after the end it fails it. */
export interface RunObserver {
  start(run: ObservedRun): void;
  end(run: ObservedRun, result: Result<unknown>): void;
  /** Nothing of the command ran. */
  fail(run: ObservedRun, error: unknown): void;
}
