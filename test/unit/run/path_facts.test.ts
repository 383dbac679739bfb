import { mkdtempSync, rmSync, writeFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { factsHold, recordFacts } from '../../../src/run/path_facts.js';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'moated-facts-'));
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

describe('facts of a plan', () => {
  it('hold until a path appears, goes, or is another file', () => {
    const file = join(base, 'file');
    const later = join(base, 'later');
    writeFileSync(file, 'a');
    const directives = ['limit', 'files', '64', 'protect', file, 'scratch-size', '10', 'absent', later];
    let facts = recordFacts(directives);
    expect([...facts.keys()]).toEqual([file, later]);
    expect(factsHold(facts)).toBe(true);

    writeFileSync(file, 'another content of the same file');
    expect(factsHold(facts)).toBe(true);

    writeFileSync(join(base, 'new'), 'b');
    renameSync(join(base, 'new'), file);
    expect(factsHold(facts)).toBe(false);

    facts = recordFacts(directives);
    writeFileSync(later, '');
    expect(factsHold(facts)).toBe(false);
  });
});
