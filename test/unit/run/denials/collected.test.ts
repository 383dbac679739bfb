import { describe, expect, it } from 'vitest';
import { Collected } from '../../../../src/run/denials/collected.js';
import { otherTag, report, tag } from './entries.js';

describe('what is collected', () => {
  it('is of one run, and each refusal counts once', () => {
    const collected = new Collected();
    collected.add(tag, report('cat', 'file-read-data', '/a'));
    collected.add(tag, `5 duplicate reports for ${report('cat', 'file-read-data', '/a')}`);
    collected.add(tag, report('cat', 'file-read-metadata', '/a'));
    collected.add(otherTag, report('cat', 'file-read-data', '/b'));
    const { denials, leftOut, unread } = collected.take(tag);
    expect(denials.map(({ operation, target }) => [operation, target])).toEqual([
      ['file-read-data', '/a'],
      ['file-read-metadata', '/a'],
    ]);
    expect([leftOut, unread]).toEqual([0, 0]);
    expect(collected.take(tag).denials).toEqual([]);
    expect(collected.take(otherTag).denials).toHaveLength(1);
  });

  it('says how much could not be read', () => {
    const collected = new Collected();
    collected.add(tag, 'Sandbox: something new');
    expect(collected.take(tag)).toEqual({ denials: [], leftOut: 0, unread: 1 });
  });

  it('is not pushed out by many others of another kind', () => {
    const collected = new Collected();
    for (let index = 0; index < 10_000; index += 1)
      collected.add(tag, report('flood', 'file-read-metadata', `/noise/${index}`));
    collected.add(tag, report('cat', 'file-read-data', '/Users/me/.ssh/id'));
    const { denials, leftOut } = collected.take(tag);
    expect(denials).toContainEqual(expect.objectContaining({ target: '/Users/me/.ssh/id' }));
    expect(denials.length).toBeLessThan(100);
    expect(denials.length + leftOut).toBe(10_001);
  });

  it('has an end, whatever a program calls itself', () => {
    const collected = new Collected();
    for (let index = 0; index < 100_000; index += 1)
      collected.add(tag, report(`(1) deny(1) a${index} `, 'file-read-data', '/x'));
    const { denials, leftOut } = collected.take(tag);
    expect(denials.length).toBeLessThan(300);
    // Each can be read in two ways; the true one is the same every time.
    expect(denials.length + leftOut).toBe(100_001);
    expect(denials).toContainEqual(expect.objectContaining({ operation: 'file-read-data', target: '/x' }));
  });

  it('forgets the oldest of too many runs, and says that it did', () => {
    const collected = new Collected();
    for (let index = 0; index <= 256; index += 1)
      collected.add(`moated.run.${index}`, report('cat', 'file-read-data', '/a'));
    expect(collected.forgotten).toBe(1);
    expect(collected.take('moated.run.0').denials).toEqual([]);
    expect(collected.take('moated.run.256').denials).toHaveLength(1);
  });
});
