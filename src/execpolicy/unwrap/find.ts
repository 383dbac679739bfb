import { anyWords, render, textOf, type Word } from '../word.js';
import type { Unwrap, Vetter } from '../vet/vetter.js';

const plain = new Set(
  (
    '-print -print0 -ls -prune -quit -depth -mount -xdev -empty -not ! ( ) , -a -and -o -or -true -false -follow -daystart -noleaf ' +
    '-readable -writable -executable -nouser -nogroup -nowarn -warn -ignore_readdir_race -d'
  ).split(' '),
);
const withText = new Set(
  (
    '-name -iname -path -ipath -wholename -iwholename -regex -iregex -lname -ilname -type -xtype -size -mtime -atime -ctime -mmin -amin ' +
    '-cmin -perm -user -group -uid -gid -inum -links -maxdepth -mindepth -fstype -regextype -printf -used -newermt -newerat -newerct'
  ).split(' '),
);
const withFile = new Set(['-newer', '-anewer', '-cnewer', '-samefile', '-files0-from']);
const writing = new Set(['-fprint', '-fprint0', '-fls', '-fprintf']);
const executing = new Set(['-exec', '-execdir', '-ok', '-okdir']);

/** The command of `-exec`, up to `;` or `+`; the index after it. */
function startCommand(vetter: Vetter, words: readonly Word[], at: number): number {
  const inner: Word[] = [];
  for (; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined || word === ';' || (word === '+' && inner.at(-1) === found)) break;
    inner.push(typeof word === 'string' && word.includes('{}') ? foundIn(word) : word);
  }
  vetter.argv(inner);
  return at;
}

/** A file that find hands over: its name begins with the start path, which is never an option there. */
const found: Word = { text: '{}', prefix: './', count: 'one' };

function foundIn(word: string): Word {
  if (word === '{}') return found;
  const prefix = word.slice(0, word.indexOf('{}'));
  return prefix === '' ? { ...anyWords, text: word } : { text: word, prefix, count: 'one' };
}

function startPaths(words: readonly Word[]): readonly Word[] {
  const paths: Word[] = [];
  for (const word of words.slice(1)) {
    if (/^(?:-[HLP]|-O\d)$/.test(textOf(word))) continue;
    if (/^[-(!]/.test(textOf(word))) break;
    paths.push(word);
  }
  return paths;
}

/** Checks what `find` reads, writes, deletes and starts. Whether it may be used at all is up to the rules. */
export const unwrapFind: Unwrap = (vetter, words) => {
  const paths = startPaths(words);
  for (const path of paths.length === 0 ? ['.'] : paths) vetter.path('read', path);
  const first = words.findIndex(
    (word, at) => at > 0 && /^[-(!]/.test(textOf(word)) && !/^(?:-[HLP]|-O\d)$/.test(textOf(word)),
  );
  for (let at = first === -1 ? words.length : first; at < words.length; at += 1) {
    const word = words[at];
    if (typeof word !== 'string') {
      vetter.ask(render(words), 'a part of the expression is known only when it runs');
    } else if (withText.has(word)) {
      at += 1;
      const value = words[at];
      if (value !== undefined && typeof value !== 'string' && value.count !== 'one')
        vetter.ask(render(words), `the value of ${word} is known only when it runs`);
    } else if (withFile.has(word)) {
      at += 1;
      vetter.path('read', words[at] ?? anyWords);
    } else if (writing.has(word)) {
      at += 1;
      vetter.path('write', words[at] ?? anyWords);
      if (word === '-fprintf') at += 1;
    } else if (executing.has(word)) {
      at = startCommand(vetter, words, at + 1);
    } else if (word === '-delete') {
      for (const path of paths.length === 0 ? ['.'] : paths) vetter.path('write', path);
      vetter.ask(render(words), 'it deletes every file that it finds');
    } else if (!plain.has(word)) {
      vetter.ask(render(words), `${word} is not understood`);
    }
  }
  return 'checked';
};
