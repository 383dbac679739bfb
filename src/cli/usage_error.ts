/** A command line that cannot be understood. It ends with the exit code of our own failures. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** ` Did you mean "x"?` for a slip of the finger, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const [best] = candidates
    .map((candidate) => ({ candidate, score: distance(word.slice(0, 64), candidate) }))
    .filter(({ candidate, score }) => score <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.score - b.score);
  return best === undefined ? '' : ` Did you mean "${best.candidate}"?`;
}
