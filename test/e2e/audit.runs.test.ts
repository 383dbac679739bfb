import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type RedactedEvent } from '../../src/audit/event.js';
import { verifyAuditLog } from '../../src/audit/verify.js';
import { openAuditLog } from '../../src/audit_log.js';
import { recordsOf } from './audit.js';
import { useWorkspace } from './workspace.js';

const workspace = useWorkspace();
const file = (): string => join(workspace.outside, 'logs', 'audit.jsonl');
beforeEach(() => {
  rmSync(join(workspace.outside, 'logs'), { recursive: true, force: true });
});

describe('the audit log of a sandbox', () => {
  it('has start and end of every run', async () => {
    const box = workspace.sandbox({ audit: { file: file(), sessionId: 'me' } });
    const result = await box.run(['/bin/sh', '-c', 'echo hi; exit 3']);
    await box.run(['/bin/true']);
    await box.spawn(['/bin/true']);
    await box.wrap(['/bin/true']);
    await box[Symbol.asyncDispose]();
    const records = recordsOf(file());
    expect(records.map(({ phase, target }) => phase ?? target)).toEqual([
      'start',
      'end',
      'start',
      'end',
      'start',
      'end',
      'start',
      'closed',
    ]);
    const common = {
      operation: 'command_exec',
      target: '/bin/sh',
      decision: 'allowed',
      sessionId: 'me',
      profile: 'offline',
    };
    expect(records[0]).toMatchObject({
      ...common,
      runId: result.runId,
      policyHash: result.policyHash,
      argv: ['/bin/sh', '-c', 'echo hi; exit 3'],
    });
    expect(records[1]).toMatchObject({
      ...common,
      runId: result.runId,
      details: { verdict: 'exit', exitCode: 3 },
    });
    const usage = records[1]!.details!['usage'] as { readonly maxRssBytes: number };
    expect(usage.maxRssBytes).toBe(result.usage.maxRssBytes);
    expect(records[6]).toMatchObject({ details: { wrapped: true } });
    expect(await verifyAuditLog(file())).toMatchObject({ ok: true, notes: [] });
  });

  it('has what could not start', async () => {
    const box = workspace.sandbox({ audit: { file: file() } });
    await expect(box.run(['/no/such/program'])).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_FOUND' });
    await expect(box.spawn(['/no/such/program'])).rejects.toMatchObject({ code: 'ERR_COMMAND_NOT_FOUND' });
    await expect(box.run(['/bin/true'], undefined, { cwd: '/no/such' })).rejects.toMatchObject({
      code: 'ERR_CWD_NOT_FOUND',
    });
    const ends = recordsOf(file()).filter(({ phase }) => phase === 'end');
    expect(ends.map(({ details }) => details!['code'])).toEqual([
      ...['ERR_COMMAND_NOT_FOUND', 'ERR_COMMAND_NOT_FOUND', 'ERR_CWD_NOT_FOUND'],
    ]);
  });

  it('has every violation', async () => {
    // What no mount holds is undone and reported at the end of the run.
    const box = workspace.sandbox({
      profile: 'workspace-write',
      compat: 'best-effort',
      isolation: 'light',
      audit: { file: file() },
    });
    const result = await box.run('mkdir .vscode && echo x > .vscode/settings.json');
    expect(result.violations.length).toBeGreaterThan(0);
    const denied = recordsOf(file()).filter(({ decision }) => decision === 'denied');
    expect(denied).toHaveLength(result.violations.length);
    expect(denied[0]).toMatchObject({
      operation: 'file_write',
      runId: result.runId,
      details: { guarantee: 'fs-protected' },
    });
    expect(denied[0]!.target).toContain('[WORKSPACE]/.vscode');
  });

  it('tells no arguments at the level of a summary', async () => {
    const box = workspace.sandbox({ audit: { file: file(), level: 'summary' } });
    await box.run(['/bin/echo', 'a-private-word']);
    expect(readFileSync(file(), 'utf8')).not.toContain('a-private-word');
    expect(recordsOf(file())[0]).toMatchObject({ target: '/bin/echo', details: { arguments: 1 } });
  });

  it('may be one of many sandboxes, which leave it open', async () => {
    const log = openAuditLog({ file: file() });
    for (let i = 0; i < 2; i += 1) {
      const box = workspace.sandbox({ audit: { log } });
      await box.run(['/bin/true']);
      await box[Symbol.asyncDispose]();
    }
    await log.close();
    expect(recordsOf(file()).filter(({ target }) => target === 'closed')).toHaveLength(1);
    expect(await verifyAuditLog(file())).toMatchObject({ ok: true, writers: 1, records: 5 });
  });

  it('may be a sink, which gets no private data', async () => {
    const events: RedactedEvent[] = [];
    const box = workspace.sandbox({ audit: { sink: { write: (event) => events.push(event) } } });
    await box.run(['/bin/echo', '--password', 'hunter2']);
    expect(events.map(({ phase }) => phase)).toEqual(['start', 'end']);
    expect(events[0]?.argv).toEqual(['/bin/echo', '--password', '[SECRET]']);
  });

  it('must not be where the command can write', async () => {
    const inside = join(workspace.path, 'audit.jsonl');
    const box = workspace.sandbox({ profile: 'workspace-write', audit: { file: inside } });
    await expect(box.run('echo forged > audit.jsonl')).rejects.toMatchObject({ code: 'ERR_AUDIT_FILE' });
    // Where nothing can be written it is safe.
    await box.run(['/bin/true'], 'offline');
    expect(await verifyAuditLog(inside)).toMatchObject({ ok: true, records: 2 });
    await box[Symbol.asyncDispose]();
    rmSync(inside);
  });

  it.each([[{ fiel: 'x' }], [{ file: 'x', level: 'loud' }], [{}], ['audit.jsonl']])(
    'refuses the options %j',
    (audit) => {
      expect(() => workspace.sandbox({ audit: audit as never })).toThrow(
        expect.objectContaining({ code: 'ERR_AUDIT_OPTION' }),
      );
      expect(existsSync('x')).toBe(false);
    },
  );
});

describe('a record that cannot be written', () => {
  const failing = (from: number) => {
    let count = 0;
    return {
      write: () => {
        count += 1;
        if (count >= from) throw new Error('no');
      },
    };
  };

  it('refuses the run when it is required', async () => {
    const made = join(workspace.path, 'made');
    const box = workspace.sandbox({
      profile: 'workspace-write',
      audit: { sink: failing(1), required: true },
    });
    await expect(box.run(['/bin/touch', made])).rejects.toMatchObject({ code: 'ERR_AUDIT_WRITE' });
    expect(() => box.spawn(['/bin/touch', made])).toThrow(
      expect.objectContaining({ code: 'ERR_AUDIT_WRITE' }),
    );
    await expect(box.wrap(['/bin/touch', made])).rejects.toMatchObject({ code: 'ERR_AUDIT_WRITE' });
    expect(existsSync(made)).toBe(false);
  });

  it('fails the run when it is that of the end', async () => {
    const run = workspace.sandbox({ audit: { sink: failing(2), required: true } });
    await expect(run.run(['/bin/true'])).rejects.toMatchObject({ code: 'ERR_AUDIT_WRITE' });
    const spawn = workspace.sandbox({ audit: { sink: failing(2), required: true } });
    await expect(spawn.spawn(['/bin/true'])).rejects.toMatchObject({ code: 'ERR_AUDIT_WRITE' });
  });

  it('is told of when it is not required', async () => {
    const told: unknown[] = [];
    const box = workspace.sandbox({ audit: { sink: failing(1), onError: ({ code }) => told.push(code) } });
    expect((await box.run(['/bin/true'])).verdict).toBe('ok');
    expect(told).toEqual(['ERR_AUDIT_WRITE', 'ERR_AUDIT_WRITE']);
  });

  it('is one in a folder that is a file', () => {
    mkdirSync(join(workspace.outside, 'logs'), { recursive: true });
    writeFileSync(join(workspace.outside, 'logs', 'plain'), '');
    const inPlain = join(workspace.outside, 'logs', 'plain', 'audit.jsonl');
    expect(() => workspace.sandbox({ audit: { file: inPlain } })).toThrow(
      expect.objectContaining({ subject: inPlain }),
    );
  });
});
