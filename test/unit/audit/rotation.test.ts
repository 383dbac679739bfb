import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { putAside, rotatedFiles } from '../../../src/audit/file/rotation.js';
import { verifyAuditLog } from '../../../src/audit/verify.js';
import { event, useFolder } from './folder.js';

const folder = useFolder();

describe('rotation', () => {
  it('by size carries the chains on', async () => {
    const log = folder.open({ rotate: { bytes: 2000 } });
    const other = folder.open({ rotate: { bytes: 2000 } });
    for (let i = 0; i < 30; i += 1) (i % 3 === 0 ? other : log).record(event(`file ${i}`));
    await log.close();
    await other.close();
    const files = rotatedFiles(folder.log);
    expect(files.length).toBeGreaterThan(2);
    for (const file of [...files, folder.log]) expect(statSync(file).mode & 0o777).toBe(0o600);
    const result = await verifyAuditLog(folder.log);
    expect(result.problems).toEqual([]);
    expect(result.files).toEqual([...files, folder.log]);
    const targets = result.files.flatMap((file) => folder.records(file)).map(({ target }) => target);
    for (let i = 0; i < 30; i += 1) expect(targets.filter((one) => one === `file ${i}`)).toHaveLength(1);
    expect(targets.filter((one) => one === 'rotated')).toHaveLength(files.length);
  });

  it('by age', () => {
    const log = folder.open({ rotate: { ageMs: 60_000 } });
    log.record(event('old', { timestamp: new Date(Date.now() - 120_000) }));
    log.record(event('not yet'));
    expect(rotatedFiles(folder.log)).toEqual([]);
    const next = folder.open({ rotate: { ageMs: 60_000 } });
    next.record(event('new'));
    expect(rotatedFiles(folder.log)).toHaveLength(1);
    expect(folder.records().map(({ target }) => target)).toEqual(['rotated', 'new']);
  });

  it('keeps as many files as asked, and the rest still verifies', async () => {
    const log = folder.open({ rotate: { bytes: 1024, keep: 2 } });
    for (let i = 0; i < 40; i += 1) log.record(event(`file ${i}`));
    expect(rotatedFiles(folder.log)).toHaveLength(2);
    const { ok, notes } = await verifyAuditLog(folder.log);
    expect(ok).toBe(true);
    expect(notes.some(({ what }) => what.includes('not here'))).toBe(true);
  });

  it('of a file in the middle that is gone is noticed', async () => {
    const log = folder.open({ rotate: { bytes: 1024 } });
    for (let i = 0; i < 40; i += 1) log.record(event(`file ${i}`));
    rmSync(rotatedFiles(folder.log)[3]!);
    const { ok, problems } = await verifyAuditLog(folder.log);
    expect(ok).toBe(false);
    expect(problems[0]?.what).toMatch(/not here/);
  });
});

describe('a writer that was held up while it rotated', () => {
  it('does not take the place of an earlier file', () => {
    writeFileSync(folder.log, 'first');
    const first = statSync(folder.log).ino;
    let asked = 0;
    const name = putAside(folder.log, (path) => {
      asked += 1;
      const answer = statSync(path).ino === first;
      // Right after the answer the others put the file aside, and the next one too.
      if (asked === 1) {
        renameSync(folder.log, `${folder.log}.000001-aaaaaaaa`);
        writeFileSync(folder.log, 'second');
        renameSync(folder.log, `${folder.log}.000002-aaaaaaaa`);
        writeFileSync(folder.log, 'third');
      }
      return answer;
    });
    expect(rotatedFiles(folder.log).map((file) => readFileSync(file, 'utf8'))).toEqual([
      'first',
      'second',
      'third',
    ]);
    expect(rotatedFiles(folder.log)[2]).toBe(name);
  });

  it('leaves alone what somebody else has put aside already', () => {
    writeFileSync(folder.log, 'next');
    expect(putAside(folder.log, () => false)).toBeUndefined();
    expect(putAside(`${folder.log}.not-there`, () => true)).toBeUndefined();
    expect(readFileSync(folder.log, 'utf8')).toBe('next');
  });
});

describe('rotated files whose names are out of order', () => {
  /** Three files, each of which holds what only one writer wrote, or all of what both wrote. */
  async function rotateTwice(record: (i: number) => void): Promise<void> {
    for (let i = 0; rotatedFiles(folder.log).length < 3; i += 1) record(i);
    await folder.close();
  }

  function exchange(one: string, other: string): void {
    renameSync(one, `${one}.x`);
    renameSync(other, one);
    renameSync(`${one}.x`, other);
  }

  it('verify in the order in which they were written', async () => {
    const log = folder.open({ rotate: { bytes: 2000 } });
    const other = folder.open({ rotate: { bytes: 2000 } });
    await rotateTwice((i) => {
      (i % 3 === 0 ? other : log).record(event(`file ${i}`));
    });
    const [one = '', two = '', three = ''] = rotatedFiles(folder.log);
    exchange(one, three);
    const result = await verifyAuditLog(folder.log);
    expect(result.problems).toEqual([]);
    expect(result.files).toEqual([three, two, one, folder.log]);
  });

  it('verify when only the tie between two writers tells the order', async () => {
    const earlier = folder.open({ rotate: { bytes: 2000 } });
    for (let i = 0; statSync(folder.log).size < 2000; i += 1) earlier.record(event(`file ${i}`));
    const later = folder.open({ rotate: { bytes: 2000 } });
    await rotateTwice((i) => {
      later.record(event(`file ${i}`));
    });
    const [one = '', two = ''] = rotatedFiles(folder.log);
    exchange(one, two);
    expect(await verifyAuditLog(folder.log)).toMatchObject({ ok: true, problems: [] });
  });

  it('do not hide a record that was changed or removed', async () => {
    const log = folder.open({ rotate: { bytes: 2000 } });
    await rotateTwice((i) => {
      log.record(event(`file ${i}`));
    });
    const [one = '', two = ''] = rotatedFiles(folder.log);
    exchange(one, two);
    const text = readFileSync(two, 'utf8');
    writeFileSync(two, text.replace('file 1"', 'file X"'));
    const changed = await verifyAuditLog(folder.log);
    expect(changed.problems[0]).toMatchObject({ file: two, line: 2 });
    expect(changed.problems[0]?.what).toMatch(/was changed/);
    writeFileSync(two, text.replace(/.*"file 1".*\n/, ''));
    const removed = await verifyAuditLog(folder.log);
    expect(removed.problems[0]?.what).toMatch(/record 1 of writer .* is not here/);
  });
});

describe('a log that is rotated while it is checked', () => {
  it('is checked again', async () => {
    const log = folder.open({ rotate: { bytes: 200_000 } });
    const record = (): void => {
      for (let i = 0; i < 50; i += 1) log.record(event(`file ${i}`));
    };
    record();
    const writing = setInterval(record, 1);
    try {
      while (rotatedFiles(folder.log).length < 5) {
        expect((await verifyAuditLog(folder.log)).problems).toEqual([]);
      }
    } finally {
      clearInterval(writing);
    }
  });
});
