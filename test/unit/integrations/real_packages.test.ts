import { Writable } from 'node:stream';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { openAuditLog } from '../../../src/audit/log.js';
import { otelSink } from '../../../src/integrations/otel.js';
import { pinoSink } from '../../../src/integrations/pino.js';

// The packages that users have. The other tests say what each field is; these say that it arrives.
const denied = {
  operation: 'file_read',
  target: 'https://a:b@example.org',
  decision: 'denied',
  argv: ['cat', 'x'],
  sessionId: 'me',
  timestamp: new Date(1000),
  details: { guarantee: 'fs-secrets', many: [1, 'x'] },
} as const;

describe('the SDK of OpenTelemetry', () => {
  it('exports what the sink emits', async () => {
    const exporter = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor(exporter)] });
    const log = openAuditLog({ sink: otelSink(provider) });
    log.record(denied);
    log.record({ ...denied, decision: 'allowed', target: '/usr/bin/git' });
    await log.flush();
    const records = exporter.getFinishedLogRecords();
    expect(records).toHaveLength(2);
    expect(records[0]).toMatchObject({
      hrTime: [1, 0],
      severityText: 'WARN',
      eventName: 'moated.file_read',
      body: 'denied: file_read https://[SECRET]@example.org',
      attributes: {
        'moated.decision': 'denied',
        'session.id': 'me',
        'process.command_args': ['cat', 'x'],
        'moated.details.many': ['1', 'x'],
        'moated.redacted.secret': 1,
      },
      instrumentationScope: { name: 'moated.audit' },
    });
    expect(records[1]?.severityText).toBe('INFO');
    await provider.shutdown();
  });
});

describe('pino', () => {
  it('writes what the sink logs, denied events as warnings', async () => {
    let text = '';
    const stream = new Writable({
      write(chunk: Buffer, _, done) {
        text += chunk.toString();
        done();
      },
    });
    const log = openAuditLog({ sink: pinoSink(pino(stream)) });
    log.record(denied);
    log.record({ ...denied, decision: 'requires_approval', target: '/usr/bin/git' });
    await log.flush();
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toMatchObject([
      {
        level: 40,
        msg: 'denied: file_read https://[SECRET]@example.org',
        audit: { redacted: { secret: 1 } },
      },
      { level: 30, msg: 'requires_approval: file_read /usr/bin/git' },
    ]);
    expect(text).not.toContain('a:b@');
  });
});
