import { anyWords, isStatic, render, textOf, type Word } from '../word.js';
import type { Unwrap } from '../vet/vetter.js';
import { takeAssignments } from './prefixes.js';

function isOption(word: Word | undefined): boolean {
  return typeof word === 'string' && word.length > 1 && word.startsWith('-');
}

const evaluate: Unwrap = (vetter, words) => {
  const rest = words.slice(1);
  if (isStatic(rest)) vetter.line(rest.join(' '), 'sh');
  else vetter.ask(render(words), 'what is evaluated is known only when it runs');
  return 'seen';
};

const source: Unwrap = (vetter, words) => {
  vetter.ask(render(words), 'it runs a file in the shell, whose content is not vetted');
  return 'seen';
};

const command: Unwrap = (vetter, words) => {
  const at = words[1] === '-p' ? 2 : 1;
  const start = words[at] === '--' ? at + 1 : at;
  if (words[start] === undefined || (start === at && isOption(words[at]))) return undefined;
  vetter.argv(words.slice(start));
  return 'seen';
};

const builtin: Unwrap = (vetter, words) => {
  if (words[1] === undefined) return undefined;
  vetter.argv(words.slice(1));
  return 'seen';
};

const exec: Unwrap = (vetter, words) => {
  let at = 1;
  for (; isOption(words[at]); at += 1) {
    if (words[at] === '-a') at += 1;
    else if (words[at] !== '-c' && words[at] !== '-l' && words[at] !== '-cl') {
      vetter.ask(render(words), 'the options of exec are not understood');
      return 'seen';
    }
  }
  if (words[at] === undefined) return undefined;
  vetter.argv(words.slice(at));
  return 'seen';
};

const changeDirectory: Unwrap = (vetter, words) => {
  const operands = words.slice(1).filter((word) => word !== '-L' && word !== '-P' && word !== '--');
  const [directory = vetter.context.home] = operands;
  const known = typeof directory === 'string' && !directory.startsWith('-') && operands.length < 2;
  if (known) vetter.path('read', directory);
  vetter.enter(known ? directory : undefined);
  return 'checked';
};

const changeStack: Unwrap = (vetter) => {
  vetter.enter(undefined);
  return 'checked';
};

/** `export A=1 B`: what is set is vetted like an assignment. */
const declare: Unwrap = (vetter, words) => {
  for (const word of words.slice(1)) takeAssignments(vetter, [word]);
  return 'checked';
};

const read: Unwrap = (vetter, words) => {
  for (const word of words.slice(1)) {
    if (typeof word !== 'string' || /^[A-Za-z_]\w*$/.test(word)) vetter.variable(textOf(word), anyWords);
    else if (!isOption(word) && !/^\d*$/.test(word))
      vetter.ask(render(words), 'what is read into is not a plain variable');
  }
  return 'checked';
};

const trap: Unwrap = (vetter, words) => {
  const action = words[1] === '--' ? words[2] : words[1];
  if (action === undefined || action === '-' || action === '' || isOption(action)) return 'checked';
  vetter.line(action, 'sh');
  return 'seen';
};

const alias: Unwrap = (vetter, words) => {
  for (const word of words.slice(1)) {
    const equals = typeof word === 'string' ? word.indexOf('=') : -1;
    if (typeof word !== 'string' || equals < 1) vetter.ask(textOf(word), 'the alias is not understood');
    else vetter.alias(word.slice(0, equals), word.slice(equals + 1));
  }
  return words.length > 1 ? 'seen' : undefined;
};

/** Builtins of the shell that start commands, or change what comes after them. */
export const builtinUnwraps: ReadonlyMap<string, Unwrap> = new Map<string, Unwrap>([
  ['eval', evaluate],
  ['source', source],
  ['.', source],
  ['command', command],
  ['builtin', builtin],
  ['exec', exec],
  ['cd', changeDirectory],
  ['chdir', changeDirectory],
  ['pushd', changeStack],
  ['popd', changeStack],
  ...['export', 'readonly', 'local', 'declare', 'typeset'].map((name): [string, Unwrap] => [name, declare]),
  ['read', read],
  ['trap', trap],
  ['alias', alias],
]);
