import type { ShellDialect } from '../context.js';
import { plainCmdLine } from '../shell/cmd.js';
import { plainPowerShellLine } from '../shell/powershell.js';
import { readShell } from '../shell/read_shell.js';
import { vetScript } from './script.js';
import type { Vetter } from './vetter.js';

// Longer lines than this are not looked at; the kernel's bound for one argument is 128 KiB.
const longest = 64 * 1024;

/* eslint-disable no-control-regex -- they are what is looked for */
// Characters that shells, terminals and readers see differently: controls but tab and line end, blanks beyond ASCII, marks of direction.

const odd =
  /[\u0000-\u0008\u000b-\u001f\u007f\u0085\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u2069\u3000\ufeff]/;

/* eslint-enable no-control-regex */

// zsh expands more than bash: `=name`, qualifiers after globs, `^`, `#` and `~` in them. Without these characters the two agree.
const plainZsh = /^[\w\s./:,@%+\-'"&|;]*$/;

// Drives, providers, backslashes, wildcards and homes: these shells take more for a path than the rules for paths know.
const foreignPath = /[:\\*?]|^~/;

function vetPlain(vetter: Vetter, line: string, words: readonly string[] | undefined): void {
  if (words === undefined) vetter.ask(line, 'only single plain commands of this shell are understood');
  else {
    if (words.slice(1).some((word) => foreignPath.test(word)))
      vetter.ask(line, 'paths of this shell are not understood');
    vetter.argv(words);
  }
}

/** Vets a line of any shell. */
export function vetLine(vetter: Vetter, line: string, dialect: ShellDialect): void {
  if (line.length > longest) {
    vetter.ask(`${line.slice(0, 80)}...`, `the line is longer than ${longest} characters`);
    return;
  }
  // The line is still vetted: what is denied stays denied.
  if (odd.test(line)) vetter.ask(line, 'the line has invisible or control characters');
  switch (dialect) {
    case 'powershell':
      vetPlain(vetter, line, plainPowerShellLine(line));
      return;
    case 'cmd':
      vetPlain(vetter, line, plainCmdLine(line));
      return;
    case 'zsh':
      if (!plainZsh.test(line)) vetter.ask(line, 'zsh may read this line differently');
      break;
    case 'sh':
    case 'bash':
      break;
  }
  vetScript(vetter, readShell(line, dialect !== 'sh', vetter.context.home), line);
}
