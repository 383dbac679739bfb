import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intersectTrees, isInside, isInsideAny, outermost } from '../../../src/profile/containment.js';

const path = fc
  .array(fc.constantFrom('a', 'ab', 'b', '.git'), { maxLength: 4 })
  .map((words) => `/${words.join('/')}`);
const trees = fc.array(path, { maxLength: 5 });

describe('isInside', () => {
  it.each([
    ['/a', '/a', true],
    ['/a/b', '/a', true],
    ['/a/b/c', '/a', true],
    ['/ab', '/a', false],
    ['/a', '/a/b', false],
    ['/a.git', '/a', false],
    ['/a', '/', true],
    ['/', '/', true],
    ['/', '/a', false],
  ])('%s in %s: %s', (inner, tree, expected) => {
    expect(isInside(inner, tree)).toBe(expected);
  });

  it('agrees with comparing word by word', () => {
    const words = (text: string): string[] => text.split('/').filter((word) => word !== '');
    fc.assert(
      fc.property(path, path, (inner, tree) => {
        expect(isInside(inner, tree)).toBe(words(tree).every((word, index) => words(inner)[index] === word));
      }),
    );
  });
});

describe('sets of trees', () => {
  it('contain nothing when there are none', () => {
    fc.assert(fc.property(path, (inner) => !isInsideAny(inner, [])));
  });

  it('cover the same after outermost, without overlap', () => {
    fc.assert(
      fc.property(trees, path, (list, inner) => {
        const kept = outermost(list);
        expect(isInsideAny(inner, kept)).toBe(isInsideAny(inner, list));
        for (const tree of kept) expect(kept.filter((other) => isInside(tree, other))).toEqual([tree]);
      }),
    );
  });

  it('intersect exactly', () => {
    fc.assert(
      fc.property(trees, trees, path, (a, b, inner) => {
        expect(isInsideAny(inner, intersectTrees(a, b))).toBe(isInsideAny(inner, a) && isInsideAny(inner, b));
      }),
    );
  });
});
