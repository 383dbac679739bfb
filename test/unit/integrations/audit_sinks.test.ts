import { describe, expect, it } from 'vitest';
import { openAuditLog } from '../../../src/audit/log.js';
import { type OtelLogRecord } from '../../../src/audit_log.js';
import { otelSink } from '../../../src/integrations/otel.js';
import { pinoSink } from '../../../src/integrations/pino.js';

const denied = {
  operation: 'file_read',
  target: 'https://a:b@example.org',
  decision: 'denied',
  argv: ['cat', 'x'],
  sessionId: 'me',
  timestamp: new Date(1000),
  details: { guarantee: 'fs-secrets', usage: { cpuMs: 1.5 }, many: [1, 'x'] },
} as const;

describe('the OpenTelemetry sink', () => {
  it('emits log records through a logger', () => {
    const records: OtelLogRecord[] = [];
    openAuditLog({ sink: otelSink({ emit: (record) => records.push(record) }) }).record(denied);
    expect(records).toEqual([
      {
        timestamp: new Date(1000),
        severityNumber: 13,
        severityText: 'WARN',
        eventName: 'moated.file_read',
        body: 'denied: file_read https://[SECRET]@example.org',
        attributes: {
          'moated.operation': 'file_read',
          'moated.target': 'https://[SECRET]@example.org',
          'moated.decision': 'denied',
          'session.id': 'me',
          'process.command_args': ['cat', 'x'],
          'moated.details.guarantee': 'fs-secrets',
          'moated.details.usage.cpuMs': 1.5,
          'moated.details.many': ['1', 'x'],
          'moated.redacted.secret': 1,
        },
      },
    ]);
  });

  it('makes its logger from a provider, and flushes it', async () => {
    const calls: unknown[] = [];
    const provider = {
      getLogger: (name: string) => {
        calls.push(name);
        return { emit: ({ severityText }: OtelLogRecord) => calls.push(severityText) };
      },
      forceFlush: () => Promise.resolve(void calls.push('flushed')),
    };
    const log = openAuditLog({ sink: otelSink(provider) });
    log.record({ ...denied, decision: 'allowed' });
    await log.flush();
    await log.close();
    expect(calls).toEqual(['moated.audit', 'INFO', 'flushed']);
  });
});

describe('the pino sink', () => {
  /** Its methods need `this`, as those of pino do. */
  class Logger {
    readonly lines: unknown[] = [];
    info(fields: object, message: string): void {
      this.lines.push(['info', fields, message]);
    }
    warn(fields: object, message: string): void {
      this.lines.push(['warn', fields, message]);
    }
  }

  it('logs denied events as warnings', () => {
    const logger = new Logger();
    const log = openAuditLog({ sink: pinoSink(logger) });
    log.record(denied);
    log.record({ ...denied, decision: 'requires_approval', target: 'x' });
    expect(logger.lines).toMatchObject([
      [
        'warn',
        { audit: { target: 'https://[SECRET]@example.org', redacted: { secret: 1 } } },
        'denied: file_read https://[SECRET]@example.org',
      ],
      ['info', { audit: { decision: 'requires_approval' } }, 'requires_approval: file_read x'],
    ]);
  });

  it('waits for a flush, and hands on its failure', async () => {
    const failing = {
      info: () => 1,
      warn: () => 1,
      flush: (done?: (error?: Error) => void) => done?.(new Error('no')),
    };
    await expect(openAuditLog({ sink: pinoSink(failing) }).flush()).rejects.toThrow('no');
    await openAuditLog({ sink: pinoSink(new Logger()) }).flush();
  });
});
