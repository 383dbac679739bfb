import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type RedactedEvent } from '../../../src/audit/event.js';
import { openAuditLog } from '../../../src/audit/log.js';
import { verifyAuditLog } from '../../../src/audit/verify.js';
import { event, useFolder } from './folder.js';

const folder = useFolder();
const isRoot = process.getuid?.() === 0;

async function expectWhole(records: number): Promise<void> {
  expect(await verifyAuditLog(folder.log)).toMatchObject({ ok: true, problems: [], records });
}

describe('a log', () => {
  it('has one line per record, with the fields in order', async () => {
    const log = folder.open();
    log.record(
      event('/usr/bin/git', { argv: ['git', 'status'], reason: 'why', sessionId: 's', profile: 'offline' }),
    );
    log.record(event('/etc/shadow', { operation: 'file_read', decision: 'denied', timestamp: new Date(0) }));
    const [one, two] = folder.records();
    expect(Object.keys(one!)).toEqual([
      ...[
        'v',
        'writer',
        'seq',
        'timestamp',
        'operation',
        'target',
        'decision',
        'reason',
        'sessionId',
        'profile',
        'argv',
      ],
      ...['prev', 'hash'],
    ]);
    expect(one).toMatchObject({
      v: 1,
      seq: 0,
      target: '/usr/bin/git',
      argv: ['git', 'status'],
      prev: '0'.repeat(64),
    });
    expect(two).toMatchObject({
      seq: 1,
      timestamp: '1970-01-01T00:00:00.000Z',
      prev: one!.hash,
      writer: one!.writer,
    });
    await log.close();
    expect(folder.records().at(-1)).toMatchObject({ operation: 'audit_log', target: 'closed', seq: 2 });
    await expectWhole(3);
  });

  it('has hashes that other tools can check', () => {
    folder.open().record(event());
    const [line] = folder.lines();
    const body = line!.slice(0, line!.indexOf(',"hash":'));
    expect(createHash('sha256').update(body).digest('hex')).toBe(folder.records()[0]!.hash);
  });

  it('is readable for its owner only, whatever the umask', () => {
    const before = process.umask(0);
    try {
      folder.open({ file: join(folder.path, 'deep/er/audit.jsonl') });
    } finally {
      process.umask(before);
    }
    expect(statSync(join(folder.path, 'deep/er/audit.jsonl')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder.path, 'deep')).mode & 0o777).toBe(0o700);
  });

  it('is in the hands of the kernel when record returns', () => {
    const log = folder.open();
    for (let i = 0; i < 5; i += 1) {
      log.record(event());
      expect(folder.lines()).toHaveLength(i + 1);
    }
  });

  it('goes on where another process ended', async () => {
    for (let i = 0; i < 3; i += 1) {
      const log = folder.open();
      log.record(event());
      await log.close();
    }
    const records = folder.records();
    // Each chain is tied to the one before it.
    expect(records[2]!.after).toBe(records[1]!.hash);
    expect(records[4]!.after).toBe(records[3]!.hash);
    await expectWhole(6);
  });

  it('ties the chains of two writers together', async () => {
    const [one, two] = [folder.open(), folder.open()];
    for (let i = 0; i < 4; i += 1) (i % 2 === 0 ? one : two).record(event());
    const records = folder.records();
    for (const [at, record] of records.entries()) expect(record.after).toBe(records[at - 1]?.hash);
    await expectWhole(4);
  });

  it('gives events to a sink without private data', () => {
    const got: RedactedEvent[] = [];
    const log = openAuditLog({ sink: { write: (one) => got.push(one) } });
    log.record(event('https://a:b@example.org'));
    expect(got).toMatchObject([{ target: 'https://[SECRET]@example.org', redacted: { secret: 1 } }]);
    expect(log.head).toBeUndefined();
  });

  it('says that a sink failed, and counts', () => {
    const log = openAuditLog({
      sink: {
        write: () => {
          throw new Error('no line');
        },
      },
    });
    expect(() => {
      log.record(event());
    }).toThrow(
      expect.objectContaining({ code: 'ERR_AUDIT_WRITE', message: 'The audit sink failed: no line' }),
    );
    expect(log.lost).toBe(1);
  });

  it.each([{}, { file: '' }, { file: 'a\0b' }, { sink: {} }, { file: 'x', sink: { write: () => 1 } }])(
    'needs a place: %j',
    (options) => {
      expect(() => openAuditLog(options as never)).toThrow(
        expect.objectContaining({ code: 'ERR_AUDIT_OPTION' }),
      );
    },
  );

  it.each([
    { rotate: { bytes: 1 } },
    { rotate: { keep: 0 } },
    { key: 'short' },
    { signEvery: 0 },
    { sign: 'x' },
  ])('refuses %j', (options) => {
    expect(() => folder.open(options)).toThrow(expect.objectContaining({ code: 'ERR_AUDIT_OPTION' }));
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('refuses records after its end, and counts them', async () => {
    const log = folder.open();
    await log.close();
    expect(() => {
      log.record(event());
    }).toThrow(expect.objectContaining({ code: 'ERR_AUDIT_WRITE' }));
    expect(log.lost).toBe(1);
  });
});

describe('a file is refused', () => {
  const refused = (what: string): void => {
    expect(() => folder.open()).toThrow(
      expect.objectContaining({ code: 'ERR_AUDIT_FILE', message: expect.stringContaining(what) as string }),
    );
  };

  it('when it is a link, also one to nowhere', () => {
    const target = join(folder.path, 'target');
    symlinkSync(target, folder.log);
    refused('symbolic link');
    writeFileSync(target, 'content');
    refused('symbolic link');
    expect(readFileSync(target, 'utf8')).toBe('content');
  });

  it('when it is a pipe', () => {
    execFileSync('mkfifo', ['-m', '600', folder.log]);
    refused('pipe');
  });

  it('when it is a directory', () => {
    mkdirSync(folder.log);
    refused('directory');
  });

  it('when others may read it', () => {
    writeFileSync(folder.log, '');
    chmodSync(folder.log, 0o640);
    refused('mode 640');
  });

  it.runIf(isRoot)('when it is of another user', () => {
    writeFileSync(folder.log, '', { mode: 0o600 });
    chownSync(folder.log, 65_534, 65_534);
    refused('belongs to user 65534');
  });

  it('when it has a second name', () => {
    writeFileSync(join(folder.path, 'other'), '', { mode: 0o600 });
    linkSync(join(folder.path, 'other'), folder.log);
    refused('hard link');
  });

  it('when it has other content', () => {
    writeFileSync(folder.log, 'ssh-ed25519 AAAA\n', { mode: 0o600 });
    refused('other content');
    expect(readFileSync(folder.log, 'utf8')).toBe('ssh-ed25519 AAAA\n');
  });

  it('when it is a device', () => {
    expect(() => folder.open({ file: '/dev/null' })).toThrow(
      expect.objectContaining({ code: 'ERR_AUDIT_FILE' }),
    );
  });
});

describe('a log that was stopped', () => {
  it('at any byte is closed off, noted, and goes on', async () => {
    const first = folder.open();
    first.record(event('one'));
    first.record(event('two'));
    const size = statSync(folder.log).size;
    const keep = size - folder.lines()[1]!.length - 1;
    for (let cut = keep; cut < size; cut += 1) {
      const bytes = readFileSync(folder.log).subarray(0, keep);
      const whole = readFileSync(folder.log).subarray(0, size);
      truncateSync(folder.log, cut);
      const next = folder.open();
      next.record(event('three'));
      await next.close();
      const { ok, records, notes } = await verifyAuditLog(folder.log);
      // Without its newline alone the record is whole.
      const isTorn = cut > keep && cut < size - 1;
      expect([cut, ok]).toEqual([cut, true]);
      // one, three, closed, and for a torn record the note about it
      expect([cut, records]).toEqual([cut, isTorn || cut === size - 1 ? 4 : 3]);
      expect(notes.some(({ what }) => what.includes('unfinished'))).toBe(isTorn);
      if (isTorn) {
        const note = folder.lines().find((line) => line.includes('"target":"recovered"'));
        expect(JSON.parse(note!)).toMatchObject({ details: { offset: bytes.length, bytes: cut - keep } });
      }
      writeFileSync(folder.log, whole);
    }
  });

  it('is told from one that was tampered with', async () => {
    const log = folder.open();
    for (const name of ['one', 'two', 'three']) log.record(event(name));
    const [one, two, three] = folder.lines();
    // The writer went on after the cut, so nobody was stopped there.
    writeFileSync(folder.log, `${one!}\n${two!.slice(0, 100)}\n${three!}\n`);
    const { ok, problems } = await verifyAuditLog(folder.log);
    expect(ok).toBe(false);
    expect(problems[0]).toMatchObject({
      file: folder.log,
      line: 2,
      what: expect.stringContaining('cut short') as string,
    });
  });
});

describe('a log that somebody', () => {
  const waitForTrust = (): Promise<void> => new Promise((done) => setTimeout(done, 30));

  it('moved away is begun again, and both are whole', async () => {
    const log = folder.open();
    log.record(event('one'));
    const moved = join(folder.path, 'moved');
    renameSync(folder.log, moved);
    await waitForTrust();
    log.record(event('two'));
    expect(folder.records().map(({ target }) => target)).toEqual(['reopened', 'two']);
    expect(folder.records(moved).map(({ target }) => target)).toEqual(['one']);
    await expectWhole(2);
  });

  it('deleted is begun again', async () => {
    const log = folder.open();
    log.record(event('one'));
    rmSync(folder.log);
    await waitForTrust();
    log.record(event('two'));
    expect(folder.records()).toMatchObject([
      { target: 'reopened', reason: expect.stringContaining('deleted') as string },
      { target: 'two' },
    ]);
    await expectWhole(2);
  });

  it('replaced by a link is refused until it is gone, and the loss is noted', async () => {
    const log = folder.open();
    log.record(event('one'));
    rmSync(folder.log);
    symlinkSync(join(folder.path, 'elsewhere'), folder.log);
    await waitForTrust();
    for (let i = 0; i < 2; i += 1) {
      expect(() => {
        log.record(event('lost'));
      }).toThrow(expect.objectContaining({ code: 'ERR_AUDIT_FILE' }));
    }
    expect(log.lost).toBe(2);
    rmSync(folder.log);
    log.record(event('two'));
    expect(folder.records().map(({ target, details }) => [target, details?.['count']])).toEqual([
      ['reopened', undefined],
      ['lost', 2],
      ['two', undefined],
    ]);
    expect(readdirSync(folder.path)).toEqual(['audit.jsonl']);
  });
});

describe('a key', () => {
  const key = 'k'.repeat(32);

  it('is needed to verify, and another is not it', async () => {
    folder.open({ key }).record(event());
    await expect(verifyAuditLog(folder.log)).rejects.toMatchObject({ code: 'ERR_AUDIT_OPTION' });
    expect(await verifyAuditLog(folder.log, { key })).toMatchObject({ ok: true, records: 1 });
    expect(await verifyAuditLog(folder.log, { key: 'x'.repeat(32) })).toMatchObject({ ok: false });
  });

  it('leaves no room for records without it', async () => {
    folder.open({ key }).record(event());
    folder.open().record(event('forged'));
    const { ok, problems } = await verifyAuditLog(folder.log, { key });
    expect(ok).toBe(false);
    expect(problems[0]).toMatchObject({
      line: 2,
      what: expect.stringContaining('not made with the key') as string,
    });
  });

  it('gives equal people equal names in all its logs', async () => {
    for (const name of ['a', 'b']) {
      const log = folder.open({ key, file: join(folder.path, name) });
      log.record(event('/home/somebody-else/x'));
      await log.close();
    }
    const [a, b] = ['a', 'b'].map((name) => folder.records(join(folder.path, name))[0]!.target);
    expect(a).toMatch(/^\/home\/\[USER:[0-9a-f]{10}\]\/x$/);
    expect(b).toBe(a);
  });
});

describe('a signature', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');

  it('covers all up to the head', async () => {
    const log = folder.open({ sign: privateKey, signEvery: 4 });
    for (let i = 0; i < 6; i += 1) log.record(event(`file ${i}`));
    expect(folder.records().map(({ target }) => target)).toEqual([
      ...['head', 'file 0', 'file 1', 'file 2', 'head', 'file 3', 'file 4', 'file 5', 'head'],
    ]);
    await log.close();
    expect(await verifyAuditLog(folder.log, { publicKey })).toMatchObject({ ok: true, notes: [] });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    expect(await verifyAuditLog(folder.log, { publicKey: pem })).toMatchObject({ ok: true });
  });

  it('of another key, or none, is a problem', async () => {
    const log = folder.open({ sign: privateKey });
    log.record(event());
    const other = generateKeyPairSync('ed25519').publicKey;
    expect((await verifyAuditLog(folder.log, { publicKey: other })).problems[0]?.what).toContain(
      'not of this key',
    );
    folder.open().record(event('forged'));
    expect((await verifyAuditLog(folder.log, { publicKey })).problems[0]?.what).toContain(
      'nothing of writer',
    );
  });

  it('is not needed to keep a head elsewhere', async () => {
    const log = folder.open();
    for (let i = 0; i < 3; i += 1) log.record(event(`file ${i}`));
    const head = log.head!;
    expect(await verifyAuditLog(folder.log, { heads: [head] })).toMatchObject({ ok: true });
    writeFileSync(folder.log, `${folder.lines().slice(0, 2).join('\n')}\n`);
    expect(await verifyAuditLog(folder.log)).toMatchObject({ ok: true });
    const { problems } = await verifyAuditLog(folder.log, { heads: [head] });
    expect(problems[0]?.what).toContain('the log ends before record 2');
  });
});
