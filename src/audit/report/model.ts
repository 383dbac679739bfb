import { type AuditRecord } from '../event.js';

/** One run, put together from its records. */
export interface RunRow {
  readonly runId: string;
  start: string | undefined;
  command: string;
  profile: string;
  verdict: string;
  durationMs: number | undefined;
  cpuMs: number | undefined;
  maxRssBytes: number | undefined;
  denials: number;
}

export interface DenialRow {
  readonly target: string;
  readonly operation: string;
  count: number;
  last: string;
  reason: string;
}

export interface Bucket {
  readonly start: number;
  allowed: number;
  denied: number;
  requires_approval: number;
}

/** What the page shows. */
export interface ReportModel {
  readonly records: number;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly decisions: Readonly<Record<string, number>>;
  readonly runs: readonly RunRow[];
  /** Runs that the page leaves out because there are too many. */
  readonly moreRuns: number;
  readonly denials: readonly DenialRow[];
  readonly moreDenials: number;
  readonly timeline: readonly Bucket[];
  readonly events: readonly AuditRecord[];
  readonly moreEvents: number;
  readonly redacted: Readonly<Record<string, number>>;
  readonly lost: number;
}

/** A page with more rows is of no use on a phone. The newest are kept. */
const most = { runs: 500, denials: 200, events: 1000 };
const buckets = 48;

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** Collects records into what the page shows, and forgets the rest. */
export class ReportCollector {
  readonly #runs = new Map<string, RunRow>();
  readonly #denials = new Map<string, DenialRow>();
  readonly #decisions: Record<string, number> = { allowed: 0, denied: 0, requires_approval: 0 };
  readonly #redacted: Record<string, number> = {};
  readonly #times: { readonly time: number; readonly decision: string }[] = [];
  #events: AuditRecord[] = [];
  #records = 0;
  #lost = 0;

  add(record: AuditRecord): void {
    this.#records += 1;
    const time = Date.parse(record.timestamp);
    for (const [kind, times] of Object.entries(object(record.redacted))) {
      this.#redacted[kind] = (this.#redacted[kind] ?? 0) + (numberOf(times) ?? 0);
    }
    if (record.operation === 'audit_log') {
      if (record.target === 'lost') this.#lost += numberOf(record.details?.['count']) ?? 0;
    } else {
      this.#decisions[record.decision] = (this.#decisions[record.decision] ?? 0) + 1;
      if (!Number.isNaN(time)) this.#times.push({ time, decision: record.decision });
    }
    if (record.runId !== undefined) this.#addRun(record, record.runId);
    if (record.decision === 'denied') this.#addDenial(record);
    this.#events.push(record);
    if (this.#events.length > 2 * most.events) this.#events = this.#events.slice(-most.events);
  }

  #addRun(record: AuditRecord, runId: string): void {
    const run = this.#runs.get(runId) ?? {
      runId,
      start: undefined,
      command: '',
      profile: '',
      verdict: '',
      durationMs: undefined,
      cpuMs: undefined,
      maxRssBytes: undefined,
      denials: 0,
    };
    this.#runs.set(runId, run);
    run.start ??= record.timestamp;
    if (run.profile === '') run.profile = record.profile ?? '';
    if (run.command === '' && record.operation === 'command_exec')
      run.command = (record.argv ?? [record.target]).join(' ');
    if (record.decision === 'denied' && record.phase === undefined) run.denials += 1;
    if (record.details?.['wrapped'] === true) run.verdict = 'handed on';
    if (record.phase !== 'end') return;
    const details = object(record.details);
    const usage = object(details['usage']);
    run.verdict = typeof details['verdict'] === 'string' ? details['verdict'] : '';
    run.durationMs = numberOf(details['durationMs']);
    run.cpuMs = numberOf(usage['cpuMs']);
    run.maxRssBytes = numberOf(usage['maxRssBytes']);
  }

  #addDenial(record: AuditRecord): void {
    const key = `${record.operation}\0${record.target}`;
    const row = this.#denials.get(key) ?? {
      target: record.target,
      operation: record.operation,
      count: 0,
      last: '',
      reason: '',
    };
    row.count += 1;
    row.last = record.timestamp;
    row.reason = record.reason ?? row.reason;
    this.#denials.set(key, row);
  }

  #timeline(): Bucket[] {
    if (this.#times.length === 0) return [];
    let [from, to] = [Infinity, -Infinity];
    for (const { time } of this.#times) {
      from = Math.min(from, time);
      to = Math.max(to, time);
    }
    const width = Math.max(1, (to - from + 1) / buckets);
    const all: Bucket[] = Array.from({ length: buckets }, (_, at) => ({
      start: from + at * width,
      allowed: 0,
      denied: 0,
      requires_approval: 0,
    }));
    for (const { time, decision } of this.#times) {
      const bucket = all[Math.min(buckets - 1, Math.floor((time - from) / width))];
      if (
        bucket !== undefined &&
        (decision === 'allowed' || decision === 'denied' || decision === 'requires_approval')
      )
        bucket[decision] += 1;
    }
    return all;
  }

  finish(): ReportModel {
    const runs = [...this.#runs.values()];
    const denials = [...this.#denials.values()].sort((a, b) => b.count - a.count);
    const events = this.#events.slice(-most.events);
    return {
      records: this.#records,
      from: this.#events.length === 0 ? undefined : new Date(this.#timeline()[0]?.start ?? 0).toISOString(),
      to: this.#events.at(-1)?.timestamp,
      decisions: this.#decisions,
      runs: runs.slice(-most.runs),
      moreRuns: Math.max(0, runs.length - most.runs),
      denials: denials.slice(0, most.denials),
      moreDenials: Math.max(0, denials.length - most.denials),
      timeline: this.#timeline(),
      events,
      moreEvents: this.#records - events.length,
      redacted: this.#redacted,
      lost: this.#lost,
    };
  }
}
