import { readFileSync } from 'node:fs';
import { type ShellDialect } from '../../../src/execpolicy/context.js';
import { type Answer } from '../../../src/execpolicy/rule.js';
import { type ProfileName } from '../../../src/types.js';

export interface CorpusLine {
  readonly decision: Answer;
  readonly command: string;
  readonly profile: ProfileName;
  readonly dialect: ShellDialect;
}

/** The lines of test/fixtures/execpolicy/corpus.txt. */
export function readCorpus(): readonly CorpusLine[] {
  const text = readFileSync(new URL('../../fixtures/execpolicy/corpus.txt', import.meta.url), 'utf8');
  const lines: CorpusLine[] = [];
  let profile: ProfileName = 'offline';
  let dialect: ShellDialect = 'sh';
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('# '))) {
    const [first = '', second = '', third = 'sh'] = line.split(' ');
    if (first === '@') {
      profile = second as ProfileName;
      dialect = third as ShellDialect;
      continue;
    }
    if (!['allow', 'ask', 'deny'].includes(first)) throw new Error(`not a line of the corpus: ${line}`);
    lines.push({
      decision: first as Answer,
      command: line.slice(first.length + 1).replaceAll('⏎', '\n'),
      profile,
      dialect,
    });
  }
  return lines;
}
