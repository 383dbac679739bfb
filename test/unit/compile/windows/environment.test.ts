import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentBlock, nameOf } from '../../../../src/compile/windows/environment.js';

const line = fc
  .tuple(fc.constantFrom('PATH', 'Path', 'path', 'A', 'a', 'Z', '_', '=C:', '=D:', 'ä', 'Ä'), fc.string())
  .map(([name, value]) => `${name}=${value}`);

describe('an environment of Windows', () => {
  it('is sorted by names in upper case', () => {
    expect(environmentBlock(['b=1', '_=2', 'A=3', 'C=4'])).toEqual(['A=3', 'b=1', 'C=4', '_=2']);
  });

  it('has no name twice, and the last spelling of one counts', () => {
    expect(environmentBlock(['Path=a', 'PATH=b', 'x=1'])).toEqual(['PATH=b', 'x=1']);
  });

  it('leaves the directories of drives behind', () => {
    expect(nameOf('=C:=C:\\work')).toBe('=C:');
    expect(environmentBlock(['=C:=C:\\work', '=ExitCode=0', 'A=1'])).toEqual(['A=1']);
  });

  it('keeps values as they are', () => {
    expect(environmentBlock(['A==x=', 'B='])).toEqual(['A==x=', 'B=']);
  });

  it('is the same when it is made again, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const block = environmentBlock(lines);
        expect(environmentBlock(block)).toEqual(block);
        const names = block.map((text) => nameOf(text).toUpperCase());
        expect(new Set(names).size).toBe(names.length);
        expect(names).toEqual([...names].sort());
        expect(environmentBlock([...block].reverse())).toEqual(block);
      }),
    );
  });
});
