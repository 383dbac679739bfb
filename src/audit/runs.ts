import { AuditError, isSandboxError } from '../errors.js';
import type { Enforcement, Guarantee, Result, Violation } from '../types.js';
import {
  type AuditEvent,
  type AuditOperation,
  type ObservedRun,
  type RunObserver,
  type VettedCommand,
} from './event.js';
import { type AuditLog, type AuditLogOptions, openAuditLog } from './log.js';

/** How a sandbox keeps its audit log. */
export interface SandboxAudit extends AuditLogOptions {
  /** A log that is already open, instead of `file` or `sink`. Whoever opened it closes it. */
  readonly log?: AuditLog;
  /** Whose runs these are. Redacted like every text. */
  readonly sessionId?: string;
  /** `full` (default) records arguments, without what is private; `summary` only the program and how many there were. */
  readonly level?: 'full' | 'summary';
  /** No record, no run: `run` fails when its start cannot be recorded, and when its end cannot. Off by default: losses are counted. */
  readonly required?: boolean;
  /** Is told of records that could not be written when they are not required. */
  readonly onError?: (error: AuditError) => void;
}

const operations: Readonly<Record<Guarantee, AuditOperation>> = {
  'fs-write': 'file_write',
  'fs-metadata': 'file_write',
  'fs-protected': 'file_write',
  'fs-secrets': 'file_read',
  network: 'network_access',
  'host-sockets': 'network_access',
  processes: 'process_spawn',
  privilege: 'process_spawn',
  survivors: 'process_spawn',
  limits: 'process_spawn',
};

const keys: readonly (keyof SandboxAudit)[] = [
  ...(['file', 'sink', 'log', 'sessionId', 'level', 'required', 'onError', 'workspace', 'places'] as const),
  ...(['rotate', 'key', 'sign', 'signEvery', 'fsync'] as const),
];

function check(audit: SandboxAudit): void {
  if (typeof audit !== 'object' || (audit as unknown) === null) {
    throw new AuditError('ERR_AUDIT_OPTION', 'audit must be an object with `file`, `sink` or `log`.', {
      subject: 'audit',
    });
  }
  const unknown = Object.keys(audit).find((name) => !(keys as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new AuditError(
      'ERR_AUDIT_OPTION',
      `audit.${unknown} is not an option. There are ${keys.join(', ')}.`,
      { subject: unknown },
    );
  }
  if (audit.level !== undefined && !['full', 'summary'].includes(audit.level)) {
    throw new AuditError(
      'ERR_AUDIT_OPTION',
      `audit.level must be "full" or "summary", not "${audit.level as string}".`,
      { subject: 'level' },
    );
  }
}

const weaknesses = new WeakMap<Enforcement, Readonly<Record<string, string>>>();

/** The tier, and what was not fully enforced. Made once for all runs under one policy. */
function weakness(enforcement: Enforcement): Readonly<Record<string, string>> {
  let found = weaknesses.get(enforcement);
  if (found === undefined) {
    const weak = Object.entries(enforcement.guarantees).filter(([, { status }]) => status !== 'full');
    found = {
      tier: enforcement.tier,
      ...Object.fromEntries(weak.map(([name, { status }]) => [name, status])),
    };
    weaknesses.set(enforcement, found);
  }
  return found;
}

/** The first word: what else a shell line says is for `full`. */
function programOf(line: string): string {
  return line.trimStart().split(/\s/u, 1)[0] ?? '';
}

/** Records the runs of a sandbox. */
export class RunAuditor implements RunObserver {
  readonly #options: SandboxAudit;
  readonly #log: AuditLog;

  constructor(audit: SandboxAudit, workspace: string) {
    check(audit);
    this.#options = audit;
    this.#log = audit.log ?? openAuditLog({ workspace, ...audit });
  }

  #record(run: ObservedRun, event: Omit<AuditEvent, 'runId' | 'profile' | 'policyHash' | 'sessionId'>): void {
    const { runId, profile, policyHash } = run;
    this.#keep({ ...event, runId, profile, policyHash });
  }

  #keep(event: Omit<AuditEvent, 'sessionId'>): void {
    try {
      this.#log.record({ ...event, sessionId: this.#options.sessionId });
    } catch (error) {
      if (this.#options.required === true) throw error;
      this.#options.onError?.(error as AuditError);
    }
  }

  #command(run: ObservedRun): Pick<AuditEvent, 'operation' | 'target' | 'decision' | 'argv'> {
    const base = { operation: 'command_exec', target: run.argv[0] ?? '', decision: 'allowed' } as const;
    return this.#options.level === 'summary' ? base : { ...base, argv: run.argv };
  }

  /** What the rules or the approver said, before anything starts. */
  vetted({ command, decision, by, reason, rule }: VettedCommand): void {
    const argv = typeof command === 'string' ? [command] : command;
    const target = argv[0] ?? '';
    const details = { by, rule };
    const event = { operation: 'command_exec', target, decision, reason, details } as const;
    this.#keep(
      this.#options.level === 'summary' ? { ...event, target: programOf(target) } : { ...event, argv },
    );
  }

  start(run: ObservedRun): void {
    this.#record(run, {
      ...this.#command(run),
      phase: 'start',
      details: { tier: run.tier, arguments: run.argv.length - 1, wrapped: run.wrapped },
    });
  }

  end(run: ObservedRun, result: Result<unknown>): void {
    for (const violation of result.violations) this.#violation(run, violation);
    const { verdict, exitCode, signal, durationMs, usage, truncated, enforcement } = result;
    const details = {
      verdict,
      exitCode,
      signal,
      durationMs,
      usage: {
        cpuMs: usage.cpuMs,
        maxRssBytes: usage.maxRssBytes,
        blocksIn: usage.blocksIn,
        blocksOut: usage.blocksOut,
      },
      enforcement: weakness(enforcement),
      ...(truncated.stdout + truncated.stderr > 0 ? { truncated } : {}),
    };
    this.#record(run, { ...this.#command(run), phase: 'end', details });
  }

  #violation(run: ObservedRun, { guarantee, operation, target, source, message }: Violation): void {
    const details = { guarantee, operation, source };
    this.#record(run, {
      operation: operations[guarantee],
      target,
      decision: 'denied',
      reason: message,
      details,
    });
  }

  fail(run: ObservedRun, error: unknown): void {
    const code = isSandboxError(error) ? error.code : 'unknown';
    const reason = error instanceof Error ? error.message : String(error);
    this.#record(run, {
      ...this.#command(run),
      phase: 'end',
      reason,
      details: { verdict: 'not started', code },
    });
  }

  /** Where the log is, when it is a file of this sandbox. */
  get file(): string | undefined {
    return this.#options.log === undefined ? this.#options.file : undefined;
  }

  /** Closes the log, unless it is somebody else's. */
  async close(): Promise<void> {
    if (this.#options.log === undefined) await this.#log.close();
  }
}
