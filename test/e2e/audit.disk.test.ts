import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditLog, openAuditLog } from '../../src/audit/log.js';
import { verifyAuditLog } from '../../src/audit/verify.js';
import { expectNothingLost, makeFolder, recordsOf, Writer } from './audit.js';

const isRoot = process.getuid?.() === 0;

function mount(...args: readonly string[]): boolean {
  try {
    execFileSync('mount', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A mount of its own needs privilege, which root in a container may not have. */
function canMount(): boolean {
  if (!isRoot) return false;
  const { path, remove } = makeFolder();
  const mounted = mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path);
  if (mounted) execFileSync('umount', [path]);
  remove();
  return mounted;
}

const mounts = canMount();
if (!mounts) console.log('audit: no mount here, the disk is filled by a limit of the file size only');

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  folder.remove();
});

const one = (target: string) =>
  ({ operation: 'file_write', target, decision: 'allowed', reason: 'x'.repeat(300) }) as const;

/** Writes until the first refusal, then some more; answers how many were written and the codes of the refusals. */
function writeUntilFull(log: AuditLog): { readonly written: number; readonly codes: unknown[] } {
  const codes: unknown[] = [];
  let written = 0;
  for (let tries = 0; tries < 3 && written < 100_000;) {
    try {
      log.record(one(`w ${written}`));
      written += 1;
    } catch (error) {
      codes.push((error as { readonly code: unknown }).code);
      tries += 1;
    }
  }
  return { written, codes };
}

describe.runIf(mounts)('a disk', () => {
  let disk: string;
  beforeEach(() => {
    disk = join(folder.path, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', disk]);
  });
  afterEach(() => {
    execFileSync('umount', ['-l', disk]);
  });

  it('that is full refuses records, counts them, and takes up again', async () => {
    const file = join(disk, 'audit.jsonl');
    writeFileSync(join(disk, 'filler'), Buffer.alloc(64 * 1024));
    const log = openAuditLog({ file });
    const { written, codes } = writeUntilFull(log);
    expect(codes).toEqual(['ERR_AUDIT_WRITE', 'ERR_AUDIT_WRITE', 'ERR_AUDIT_WRITE']);
    expect(log.lost).toBe(3);
    rmSync(join(disk, 'filler'));
    log.record(one(`w ${written}`));
    await log.close();

    const result = await verifyAuditLog(file);
    expect(result.problems).toEqual([]);
    const records = recordsOf(file);
    expect(records.filter(({ target }) => target.startsWith('w ')).map(({ target }) => target)).toEqual(
      Array.from({ length: written + 1 }, (_, index) => `w ${index}`),
    );
    expect(records.find(({ target }) => target === 'lost')).toMatchObject({
      details: { count: 3, error: 'ENOSPC' },
    });
    console.log(`audit: disk full after ${written} records, ${result.records} verify, 3 refused and noted`);
  });

  it('that is read-only is a clear error, also when it becomes so', () => {
    const file = join(disk, 'audit.jsonl');
    const log = openAuditLog({ file });
    log.record(one('w 0'));
    // Busy as long as a file is open for writing, so it is made read-only where it is mounted a second time.
    const second = join(folder.path, 'second');
    mkdirSync(second);
    expect(mount('--bind', disk, second) && mount('-o', 'remount,ro,bind', second)).toBe(true);
    try {
      expect(() => openAuditLog({ file: join(second, 'audit.jsonl') })).toThrow(
        expect.objectContaining({
          code: 'ERR_AUDIT_WRITE',
          message: expect.stringContaining('read-only') as string,
        }),
      );
    } finally {
      execFileSync('umount', [second]);
    }
  });
});

describe('a limit of the file size', () => {
  it('tears a record and loses none before it', async () => {
    const writer = new Writer({ log: folder.log, name: 'w', records: 1000, fileSize: 20_001 });
    await writer.ended;
    expect(statSync(folder.log).size).toBe(20_001);
    expect(writer.acknowledged).toBeGreaterThan(5);
    const before = await expectNothingLost(folder.log, [writer]);
    expect(before.notes.some(({ what }) => what.includes('unfinished'))).toBe(true);
    const next = new Writer({ log: folder.log, name: 'v', records: 5 });
    await next.ended;
    await expectNothingLost(folder.log, [writer, next]);
    expect(recordsOf(folder.log).some(({ target }) => target === 'recovered')).toBe(true);
  });
});

describe.runIf(!isRoot)('a directory without permission', () => {
  it('is a clear error', () => {
    const closed = join(folder.path, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    expect(() => openAuditLog({ file: join(closed, 'audit.jsonl') })).toThrow(
      expect.objectContaining({
        code: 'ERR_AUDIT_WRITE',
        message: expect.stringContaining('no permission') as string,
      }),
    );
    expect(readdirSync(closed)).toEqual([]);
    expect(existsSync(join(closed, 'audit.jsonl'))).toBe(false);
  });
});
