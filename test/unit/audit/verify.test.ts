import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { isUnfinishedJson } from '../../../src/audit/json_prefix.js';
import { verifyAuditLog } from '../../../src/audit/verify.js';
import { event, useFolder } from './folder.js';

const folder = useFolder();
const count = 8;
let text: string;

beforeEach(async () => {
  const log = folder.open();
  for (let i = 0; i < count - 1; i += 1) {
    log.record(
      event(`/file/${i}`, {
        reason: 'é "quoted" \\ {}[]',
        argv: ['a', 'b'],
        details: { n: i, deep: { list: [1, 'x'] } },
      }),
    );
  }
  await log.close();
  text = readFileSync(folder.log, 'utf8');
});

async function problems(
  changed: string | Buffer,
): Promise<readonly { readonly line: number; readonly what: string }[]> {
  writeFileSync(folder.log, changed);
  return (await verifyAuditLog(folder.log)).problems;
}

/** The lines without their newlines. */
const lines = (): string[] => text.trimEnd().split('\n');
const joined = (all: readonly string[]): string => `${all.join('\n')}\n`;

describe('verify', () => {
  it('finds nothing in a log that is whole', async () => {
    expect(await verifyAuditLog(folder.log)).toMatchObject({
      ok: true,
      records: count,
      writers: 1,
      problems: [],
      notes: [],
    });
  });

  it('names the first broken record when any one byte is changed', async () => {
    const bytes = Buffer.from(text);
    const property = fc.asyncProperty(
      fc.integer({ min: 0, max: bytes.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, difference) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ difference;
        // Without its last brace the last record is one whose writer was stopped: see below.
        fc.pre(at !== bytes.length - 2 || changed[at] !== 0x0a);
        const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
        const [first] = await problems(changed);
        // A byte of a newline belongs to the line before it or behind it.
        expect([line, line + 1]).toContain(first?.line);
        if (bytes[at] !== 0x0a && changed[at] !== 0x0a) expect(first?.line).toBe(line);
      },
    );
    await fc.assert(property, { numRuns: 1500 });
  });

  it.each(Array.from({ length: count - 1 }, (_, index) => index))(
    'notices that line %i is gone',
    async (index) => {
      const [first] = await problems(joined(lines().filter((_, at) => at !== index)));
      expect(first?.line).toBe(index + 1);
      expect(first?.what).toContain(`record ${index} of writer`);
    },
  );

  it('can say of the last one only that its writer did not end', async () => {
    writeFileSync(folder.log, joined(lines().slice(0, -1)));
    const { ok, notes } = await verifyAuditLog(folder.log);
    expect(ok).toBe(true);
    expect(notes[0]?.what).toContain('still writing or was stopped');
  });

  it('takes the last one without its last byte for one whose writer was stopped', async () => {
    const unfinished = Buffer.from(text);
    unfinished[unfinished.length - 2] = 0x0a;
    writeFileSync(folder.log, unfinished);
    const { ok, notes } = await verifyAuditLog(folder.log);
    expect(ok).toBe(true);
    expect(notes[0]).toMatchObject({ line: count, what: expect.stringContaining('unfinished') as string });
  });

  it('notices lines that changed places, came twice, or were made up', async () => {
    const all = lines();
    const [one, two, ...rest] = all;
    expect((await problems(joined([two!, one!, ...rest]))).length).toBeGreaterThan(0);
    expect((await problems(joined([...all, one!])))[0]).toMatchObject({
      line: count + 1,
      what: expect.stringContaining('twice') as string,
    });
    expect((await problems(joined([...all, '{"a":1}'])))[0]).toMatchObject({
      line: count + 1,
      what: 'this is no record',
    });
    expect((await problems(joined(['hello', ...all])))[0]).toMatchObject({ line: 1 });
  });

  it('takes no notice of empty lines', async () => {
    expect(await problems(joined(lines().flatMap((line) => ['', line])))).toEqual([]);
  });

  it('finds a record that was glued to a torn one', async () => {
    const [one] = lines();
    const forged = one!.replace(/"writer":"[0-9a-f]{16}"/, '"writer":"ffffffffffffffff"').slice(0, 120);
    writeFileSync(folder.log, `${forged}${text}`);
    expect(await verifyAuditLog(folder.log)).toMatchObject({
      ok: true,
      records: count,
      notes: [{ line: 1 }],
    });
  });

  it('notices a whole writer that is gone, when another one followed it', async () => {
    const log = folder.open();
    log.record(event('after'));
    const added = lines().length;
    const all = readFileSync(folder.log, 'utf8').trimEnd().split('\n');
    const [first] = await problems(joined(all.slice(added)));
    expect(first?.what).toContain('follows a record that is not here');
  });

  it('does not fill the memory with a line without an end', async () => {
    const [first] = await problems(Buffer.alloc(5 * 1024 * 1024, 0x78));
    expect(first).toMatchObject({ line: 1, what: 'this is no record' });
  });

  it('says that there is no log', async () => {
    await expect(verifyAuditLog(`${folder.log}.other`)).rejects.toMatchObject({ code: 'ERR_AUDIT_FILE' });
  });
});

describe('the beginning of JSON', () => {
  it('is recognised at every byte, and the whole is none', () => {
    const value = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 3 }), { minKeys: 1 });
    fc.assert(
      fc.property(value, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (object, share) => {
        const json = JSON.stringify(object);
        const cut = 1 + Math.floor(share * (json.length - 1));
        expect(isUnfinishedJson(json.slice(0, cut)), json.slice(0, cut)).toBe(true);
        expect(isUnfinishedJson(json)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['{"a":1}x', '{"a" "b"', '{a:1', '{"a":"b" "c', '[1,2', '{"a":tx'])('is not %s', (json) => {
    expect(isUnfinishedJson(json)).toBe(json === '[1,2');
  });
});
