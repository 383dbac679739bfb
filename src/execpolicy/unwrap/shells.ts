import type { ShellDialect } from '../context.js';
import { render, type Word } from '../word.js';
import type { Unwrap, Vetter } from '../vet/vetter.js';

interface Invocation {
  /** The line of `-c`. */
  readonly line: Word | undefined;
  /** A script file. */
  readonly file: Word | undefined;
  readonly understood: boolean;
}

const harmless = ['--norc', '--noprofile', '--posix', '--login', '--restricted'];

/** What a shell is told to run. */
function readInvocation(words: readonly Word[]): Invocation {
  let command = false;
  let at = 1;
  const unclear = { line: undefined, file: undefined, understood: false };
  for (; at < words.length; at += 1) {
    const word = words[at];
    if (typeof word !== 'string') return unclear;
    if (word === '--' || word === '-') {
      at += 1;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    if (word.startsWith('--')) {
      if (!harmless.includes(word)) return unclear;
      continue;
    }
    if (!/^[-+][A-Za-z]+$/.test(word)) return unclear;
    if (word.startsWith('-') && word.includes('c')) command = true;
    // Each of these takes a word of its own.
    at += (word.match(/[oO]/g) ?? []).length;
  }
  const first = words[at];
  if (command) return { line: first, file: undefined, understood: first !== undefined };
  return { line: undefined, file: first, understood: true };
}

function vetInvocation(
  vetter: Vetter,
  words: readonly Word[],
  stdin: Word | undefined,
  dialect: ShellDialect,
): void {
  const { line, file, understood } = readInvocation(words);
  if (!understood) vetter.ask(render(words), 'what this shell is told to run is not understood');
  else if (line !== undefined) vetter.line(line, dialect);
  else if (file !== undefined) vetter.ask(render(words), 'it runs a script, whose content is not vetted');
  else if (stdin !== undefined) vetter.line(stdin, dialect);
  else vetter.ask(render(words), 'it runs whatever its standard input says');
}

function shell(dialect: ShellDialect): Unwrap {
  return (vetter, words, stdin) => {
    if (words.length === 2 && words[1] === '--version') return undefined;
    vetInvocation(vetter, words, stdin, dialect);
    return 'seen';
  };
}

/** `powershell -Command LINE`: everything but one plain line is not understood. */
const powershell: Unwrap = (vetter, words) => {
  let at = 1;
  for (
    let word = words[at];
    typeof word === 'string' && /^-(?:noprofile|nop|nologo|noninteractive)$/i.test(word);
    word = words[at]
  )
    at += 1;
  const [option, line, ...more] = words.slice(at);
  if (
    typeof option === 'string' &&
    /^-(?:c|command)$/i.test(option) &&
    line !== undefined &&
    more.length === 0
  )
    vetter.line(line, 'powershell');
  else vetter.ask(render(words), 'what PowerShell is told to run is not understood');
  return 'seen';
};

/** `cmd /c LINE`. */
const cmd: Unwrap = (vetter, words) => {
  const [option, line, ...more] = words.slice(1);
  if (typeof option === 'string' && option.toLowerCase() === '/c' && line !== undefined && more.length === 0)
    vetter.line(line, 'cmd');
  else vetter.ask(render(words), 'what cmd is told to run is not understood');
  return 'seen';
};

export const shellUnwraps: ReadonlyMap<string, Unwrap> = new Map<string, Unwrap>([
  ...['sh', 'dash', 'ash', 'ksh', 'mksh', 'rbash'].map((name): [string, Unwrap] => [name, shell('sh')]),
  ['bash', shell('bash')],
  ['zsh', shell('zsh')],
  ...['powershell', 'powershell.exe', 'pwsh', 'pwsh.exe'].map((name): [string, Unwrap] => [name, powershell]),
  ...['cmd', 'cmd.exe'].map((name): [string, Unwrap] => [name, cmd]),
]);
