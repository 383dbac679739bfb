import { isStatic, render, textOf, type Word } from '../word.js';
import type { Unwrap, Vetter } from '../vet/vetter.js';

/** The words from the first that is no option; options of `valued` take the next word. */
function afterOptions(words: readonly Word[], from: number, valued: readonly string[]): readonly Word[] {
  let at = from;
  for (; at < words.length; at += 1) {
    const text = textOf(words[at] ?? '');
    if (text === '--') return words.slice(at + 1);
    if (!text.startsWith('-')) break;
    if (valued.includes(text)) at += 1;
  }
  return words.slice(at);
}

function joined(vetter: Vetter, words: readonly Word[], subject: readonly Word[]): void {
  if (isStatic(words)) vetter.line(words.join(' '), 'sh');
  else vetter.ask(render(subject), 'the command is known only when it runs');
}

function runPackage(vetter: Vetter, words: readonly Word[], from: number): 'seen' {
  vetter.ask(render(words), 'it runs code of a package, which it may download first');
  const call = words.findIndex((word) => word === '-c' || word === '--call');
  const line = words[call + 1];
  if (call > 0 && line !== undefined) vetter.line(line, 'sh');
  const inner = afterOptions(words, from, [
    '-p',
    '--package',
    '-c',
    '--call',
    '-w',
    '--workspace',
    '--python',
    '--with',
    '--from',
  ]);
  if (inner.length > 0) vetter.argv(inner);
  return 'seen';
}

/** Runs a package when its first word says so: `npm exec`, `pnpm dlx`. */
function packageManager(...verbs: readonly string[]): Unwrap {
  return (vetter, words) =>
    verbs.includes(textOf(words[1] ?? '')) ? runPackage(vetter, words, 2) : undefined;
}

const runner: Unwrap = (vetter, words) => runPackage(vetter, words, 1);

const ssh: Unwrap = (vetter, words) => {
  const valued = [
    '-p',
    '-l',
    '-i',
    '-o',
    '-F',
    '-J',
    '-L',
    '-R',
    '-D',
    '-W',
    '-b',
    '-c',
    '-e',
    '-m',
    '-S',
    '-E',
    '-w',
    '-B',
    '-I',
    '-Q',
    '-O',
  ];
  const [host, ...command] = afterOptions(words, 1, valued);
  if (host !== undefined) vetter.target('host', host, undefined);
  if (command.length > 0) joined(vetter, command, words);
  return 'checked';
};

const watch: Unwrap = (vetter, words) => {
  const known = [
    '-n',
    '--interval',
    '-d',
    '-t',
    '-e',
    '-g',
    '-c',
    '-b',
    '-x',
    '--no-title',
    '--differences',
    '--color',
    '--exec',
  ];
  const rest = afterOptions(words, 1, ['-n', '--interval']);
  const own = words.slice(1, words.length - rest.length).map(textOf);
  if (rest.length === 0) return undefined;
  if (own.some((word) => word.startsWith('-') && word !== '--' && !known.includes(word)))
    vetter.ask(render(words), 'its options are not understood');
  if (own.includes('-x') || own.includes('--exec')) vetter.argv(rest);
  else joined(vetter, rest, words);
  return 'seen';
};

const parallel: Unwrap = (vetter, words) => {
  vetter.ask(render(words), 'the commands that it makes are known only when it runs');
  const end = words.findIndex((word) => /^:{3,4}\+?$/.test(textOf(word)));
  const rest = afterOptions(words.slice(0, end === -1 ? undefined : end), 1, [
    '-j',
    '--jobs',
    '-a',
    '-n',
    '-N',
    '--delay',
  ]);
  if (rest.length > 0) joined(vetter, rest, words);
  return 'seen';
};

const su: Unwrap = (vetter, words) => {
  const at = words.findIndex((word) => word === '-c' || word === '--command');
  const line = at === -1 ? undefined : words[at + 1];
  if (line !== undefined) vetter.line(line, 'sh');
  return 'checked';
};

/** `git -c alias.x='!command'` starts a command of its own; other settings can as well, and no rule allows them. */
const git: Unwrap = (vetter, words) => {
  for (const [at, word] of words.entries()) {
    const value = word === '-c' || word === 'config' ? words.slice(at + 1) : [];
    for (const one of value) {
      const found = /^(?:alias\.[^=]*=)?!(.*)$/s.exec(textOf(one));
      if (found !== null) vetter.line(typeof one === 'string' ? (found[1] ?? '') : one, 'sh');
    }
  }
  return 'checked';
};

/** Programs that start others in ways of their own. */
export const runnerUnwraps: ReadonlyMap<string, Unwrap> = new Map<string, Unwrap>([
  ...['npx', 'bunx', 'pnpx', 'uvx'].map((name): [string, Unwrap] => [name, runner]),
  ['npm', packageManager('exec', 'x')],
  ['pnpm', packageManager('dlx', 'exec')],
  ['yarn', packageManager('dlx', 'exec')],
  ['bun', packageManager('x')],
  ['pipx', packageManager('run')],
  ['uv', packageManager('run')],
  ['ssh', ssh],
  ['watch', watch],
  ['parallel', parallel],
  ['su', su],
  ['runuser', su],
  ['git', git],
]);
