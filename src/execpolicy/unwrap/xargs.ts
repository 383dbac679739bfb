import { compileOptions, scanOptions } from '../match/options.js';
import { anyWords, render, type Word } from '../word.js';
import type { Unwrap } from '../vet/vetter.js';

const options = compileOptions({
  ...({
    '-0': 'flag',
    '--null': 'flag',
    '-r': 'flag',
    '--no-run-if-empty': 'flag',
    '-t': 'flag',
    '-x': 'flag',
  } as const),
  ...({
    '-p': 'flag',
    '-n': 'text',
    '--max-args': 'text',
    '-P': 'text',
    '--max-procs': 'text',
    '-L': 'text',
  } as const),
  ...({
    '-s': 'text',
    '-d': 'text',
    '--delimiter': 'text',
    '-E': 'text',
    '-I': 'text',
    '-a': 'read',
    '--arg-file': 'read',
  } as const),
  ...({ '-i': 'optional', '--replace': 'optional' } as const),
});

/** The command of `xargs`, with words that only its input knows. */
export const unwrapXargs: Unwrap = (vetter, words) => {
  const scanned = scanOptions(words.slice(1), options, true);
  if (scanned === undefined) {
    vetter.ask(render(words), 'its options are not understood, so what it starts is not known');
    return 'seen';
  }
  let replaced: Word | undefined;
  for (const { name, detail, value } of scanned.uses) {
    if (detail.value === 'read' && value !== undefined) vetter.path('read', value);
    if (name === '-I') replaced = value;
    if (detail.value === 'optional') replaced = value === undefined || value === '' ? '{}' : value;
  }
  const inner: readonly Word[] = scanned.operands.length === 0 ? ['echo'] : scanned.operands;
  if (replaced === undefined) vetter.argv([...inner, anyWords]);
  else if (typeof replaced !== 'string') vetter.argv([...inner.slice(0, 1), anyWords]);
  else vetter.argv(inner.map((word) => replace(word, replaced)));
  return 'seen';
};

function replace(word: Word, mark: string): Word {
  if (typeof word !== 'string' || !word.includes(mark)) return word;
  return { text: word, prefix: word.slice(0, word.indexOf(mark)), count: 'one' };
}
