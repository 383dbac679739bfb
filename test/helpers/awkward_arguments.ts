import fc from 'fast-check';

/** An argument that is mostly made of what has a meaning to some parser of command lines. Without NUL and without halves of characters. */
export const awkwardArgument = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', '\\', ' ', '\t', '\n', '%', '^', '&', "'"),
      fc.string({ unit: 'grapheme' }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join('').replaceAll('\0', ''));

/** The same lists of them for the same seed. */
export function awkwardLists(seed: number, count: number): readonly (readonly string[])[] {
  return fc.sample(fc.array(awkwardArgument, { minLength: 20, maxLength: 40 }), { seed, numRuns: count });
}
