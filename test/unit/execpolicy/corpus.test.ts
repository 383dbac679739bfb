import { describe, expect, it } from 'vitest';
import { check } from './context.js';
import { readCorpus } from './corpus.js';

const corpus = readCorpus();

describe('the corpus', () => {
  it('is large, and every answer is in it', () => {
    const count = (decision: string): number => corpus.filter((line) => line.decision === decision).length;
    console.log(
      `corpus: ${corpus.length} lines, ${count('allow')} allow, ${count('ask')} ask, ${count('deny')} deny`,
    );
    expect(corpus.length).toBeGreaterThanOrEqual(400);
    for (const decision of ['allow', 'ask', 'deny']) expect(count(decision)).toBeGreaterThan(100);
  });

  it('is answered as it says', () => {
    const wrong = corpus
      .map((line) => ({ ...line, got: check(line.command, line.profile, line.dialect) }))
      .filter(({ decision, got }) => got.decision !== decision)
      .map(
        ({ decision, got, command, profile, dialect }) =>
          `${profile} ${dialect}: ${command} is ${got.decision} (${got.reason}), not ${decision}`,
      );
    expect(wrong).toEqual([]);
  });
});
