import { spawn, spawnSync, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAuditLog } from '../../src/audit_log.js';
import { type AuditRecord } from '../../src/audit/event.js';
import { makeFolder, recordsOf } from './audit.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist/cli/main.js');

beforeAll(() => {
  // The command line is tested as it is shipped.
  if (!existsSync(main)) execFileSync('npx', ['tsup'], { cwd: root, stdio: 'ignore' });
}, 120_000);

const folder = makeFolder();
afterAll(() => {
  folder.remove();
});

let log: string;
let count = 0;

beforeEach(async () => {
  count += 1;
  log = join(folder.path, `log${count}`, 'audit.jsonl');
  await using audit = openAuditLog({ file: log });
  const run = { runId: '0c8a2bba-6a30-4e65-9df2-6fd3d2c7dd58', profile: 'offline', sessionId: 'me' };
  const command = {
    ...run,
    operation: 'command_exec',
    target: '/usr/bin/git',
    decision: 'allowed',
    argv: ['git', 'status'],
  } as const;
  audit.record({ ...command, phase: 'start', timestamp: new Date('2026-01-01T00:00:00Z') });
  audit.record({
    ...run,
    operation: 'file_read',
    target: '/etc/shadow',
    decision: 'denied',
    reason: 'hidden',
    timestamp: new Date('2026-01-01T00:00:01Z'),
  });
  audit.record({
    ...command,
    phase: 'end',
    details: { verdict: 'exit' },
    timestamp: new Date('2026-01-01T00:00:02Z'),
  });
  audit.record({ operation: 'network_access', target: 'example.org:443', decision: 'requires_approval' });
});

function moated(...args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const env = { ...process.env };
  delete env['MOATED_AUDIT'];
  return spawnSync(process.execPath, [main, ...args], {
    cwd: folder.path,
    encoding: 'utf8',
    timeout: 25_000,
    env,
  });
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

describe('moated audit show', () => {
  it('shows a line per record', () => {
    const { stdout, stderr, status } = moated('audit', 'show', log);
    expect([status, stderr]).toEqual([0, '']);
    expect(lines(stdout)).toHaveLength(5);
    expect(lines(stdout)[1]).toBe(
      '2026-01-01T00:00:01.000Z  denied  file_read  /etc/shadow  (hidden)  [offline 0c8a2bba]',
    );
    expect(lines(stdout)[2]).toContain('git status  [exit offline 0c8a2bba]');
  });

  it.each([
    [['--decision', 'denied'], ['/etc/shadow']],
    [
      ['--operation', 'file_read,network_access'],
      ['/etc/shadow', 'example.org:443'],
    ],
    [['--target', 'SHADOW'], ['/etc/shadow']],
    [
      ['--run', '0c8a'],
      ['/usr/bin/git', '/etc/shadow', '/usr/bin/git'],
    ],
    [['--session', 'you'], []],
    [
      ['--until', '2026-01-01T00:00:01Z'],
      ['/usr/bin/git', '/etc/shadow'],
    ],
    [
      ['--since', '1h'],
      ['example.org:443', 'closed'],
    ],
    [['--since', '2026-01-01T00:00:02Z', '--until', '2026-01-02'], ['/usr/bin/git']],
  ])('filters by %j', (options, targets) => {
    const { stdout } = moated('audit', 'show', '--json', ...options, log);
    expect(lines(stdout).map((line) => (JSON.parse(line) as AuditRecord).target)).toEqual(targets);
    // Options may stand behind the file as well.
    expect(moated('audit', 'show', log, ...options, '--json').stdout).toBe(stdout);
  });

  it.each([
    ['--since', 'soon'],
    ['--decision', 'deny'],
    ['--operation', 'read'],
  ])('refuses %s %s', (...options) => {
    expect(moated('audit', 'show', ...options, log)).toMatchObject({ status: 125, stdout: '' });
  });

  it('does nothing that a hostile log tells a terminal', () => {
    const text = readFileSync(log, 'utf8').replace(
      '"target":"/etc/shadow"',
      '"target":"\\u001b[2J\\u0007\\nforged"',
    );
    writeFileSync(log, text);
    const { stdout } = moated('audit', 'show', '--decision', 'denied', log);
    expect(lines(stdout)).toHaveLength(1);
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it('follows', async () => {
    const child = spawn(process.execPath, [main, 'audit', 'show', '-f', '--json', log], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    const until = async (what: string): Promise<void> => {
      while (!seen.includes(what)) await once(child.stdout, 'data');
    };
    await until('"target":"closed"');
    await using audit = openAuditLog({ file: log, rotate: { bytes: 1024 } });
    for (let i = 0; i < 20; i += 1)
      audit.record({ operation: 'file_write', target: `/f/${i}`, decision: 'allowed' });
    await until('"target":"/f/19"');
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([0, null]);
    const targets = lines(seen).map((line) => (JSON.parse(line) as AuditRecord).target);
    expect(targets.filter((target) => target.startsWith('/f/'))).toEqual(
      Array.from({ length: 20 }, (_, i) => `/f/${i}`),
    );
  });

  it('ends when its reader leaves', () => {
    const line = `"${process.execPath}" "${main}" audit show "${log}" | head -n 1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8', timeout: 20_000 });
    expect(lines(stdout)).toHaveLength(1);
    expect(stderr).toBe('');
  });
});

describe('moated audit verify', () => {
  it('says that a log is whole', () => {
    expect(moated('audit', 'verify', log)).toMatchObject({
      status: 0,
      stdout: `${log}: whole, 5 records of 1 writers in 1 files\n`,
    });
  });

  it('points at the record of which one byte was changed', () => {
    writeFileSync(log, readFileSync(log, 'utf8').replace('/etc/shadow', '/etc/shadoW'));
    const { status, stdout } = moated('audit', 'verify', log);
    expect(status).toBe(1);
    expect(stdout).toContain('TAMPERED WITH');
    expect(stdout).toMatch(new RegExp(`${log}:2: record 1 of writer [0-9a-f]{16} was changed`));
    expect(JSON.parse(moated('audit', 'verify', '--json', log).stdout)).toMatchObject({
      ok: false,
      problems: [{ line: 2 }],
    });
  });

  it('takes a key from a file', async () => {
    const keyFile = join(folder.path, 'key');
    writeFileSync(keyFile, `${'k'.repeat(32)}\n`);
    const keyed = `${log}.keyed`;
    await using audit = openAuditLog({ file: keyed, key: 'k'.repeat(32) });
    audit.record({ operation: 'file_write', target: 'x', decision: 'allowed' });
    expect(moated('audit', 'verify', keyed)).toMatchObject({ status: 125 });
    expect(moated('audit', 'verify', '--key-file', keyFile, keyed)).toMatchObject({ status: 0 });
    expect(moated('audit', 'verify', '--key-file', `${keyFile}.no`, keyed)).toMatchObject({ status: 125 });
  });

  it('needs a log that exists', () => {
    expect(moated('audit', 'verify')).toMatchObject({ status: 125 });
    expect(moated('audit', 'verify', 'nothing').stderr).toContain('[ERR_AUDIT_FILE]');
    expect(moated('audit', 'frobnicate', log)).toMatchObject({ status: 125 });
  });
});

describe('moated audit export', () => {
  it('--ocsf gives events of the schema', () => {
    const events = lines(moated('audit', 'export', '--ocsf', log).stdout).map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    );
    expect(events).toHaveLength(5);
    for (const event of events) {
      expect(event['type_uid']).toBe((event['class_uid'] as number) * 100 + (event['activity_id'] as number));
      expect(event['category_uid']).toBe(Math.floor((event['class_uid'] as number) / 1000));
    }
    expect(events[0]).toMatchObject({
      class_uid: 1007,
      activity_id: 1,
      action_id: 1,
      process: { cmd_line: 'git status' },
    });
    expect(events[1]).toMatchObject({
      class_uid: 1001,
      activity_id: 2,
      action_id: 2,
      file: { path: '/etc/shadow', name: 'shadow' },
    });
    expect(events[2]).toMatchObject({ class_uid: 1007, activity_id: 2 });
    expect(events[3]).toMatchObject({
      class_uid: 4001,
      dst_endpoint: { hostname: 'example.org', port: 443 },
    });
  });

  it('--otel gives log records', () => {
    const [, denied] = lines(moated('audit', 'export', '--otel', log).stdout).map(
      (line) => JSON.parse(line) as unknown,
    );
    expect(denied).toMatchObject({
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [
                { timeUnixNano: '1767225601000000000', severityText: 'WARN', eventName: 'moated.file_read' },
              ],
            },
          ],
        },
      ],
    });
  });

  it('needs to know which', () => {
    expect(moated('audit', 'export', log)).toMatchObject({ status: 125, stdout: '' });
  });
});

describe('moated audit report', () => {
  it('writes one private page', () => {
    const page = `${log}.html`;
    expect(moated('audit', 'report', '-o', page, log)).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(statSync(page).mode & 0o777).toBe(0o600);
    expect(readFileSync(page, 'utf8')).toContain('The log is whole');
    expect(moated('audit', 'report', log).stdout).toBe(readFileSync(page, 'utf8'));
  });
});

describe('moated run --audit', () => {
  it('records the run', () => {
    const file = join(folder.path, `log${count}`, 'runs.jsonl');
    expect(moated('run', '--audit', file, '--', 'sh', '-c', 'exit 3')).toMatchObject({
      status: 3,
      stderr: '',
    });
    expect(recordsOf(file).map(({ phase, target }) => phase ?? target)).toEqual(['start', 'end', 'closed']);
  });

  it('does not start when its log cannot be opened', () => {
    const nowhere = join(main, 'audit.jsonl');
    expect(moated('run', '--audit', nowhere, '--', 'true')).toMatchObject({ status: 125 });
    expect(moated('run', '--audit-required', '--', 'true')).toMatchObject({ status: 125 });
  });
});
