import { namesSecret } from './names.js';
import { secretOptions } from './programs.js';
import { count, secretMark, type Counts } from './text.js';

/** Elements that are a header, whatever follows: `-H "X: y"` is handled as text. What is here swallows the next element. */
function takesSecret(word: string, apart: string): boolean {
  if (/^--?[A-Za-z][\w-]+$/.test(word) && word.length > 2 && namesSecret(word)) return true;
  return word.length === 2 && word.startsWith('-') && apart.includes(word[1] ?? '-');
}

/** `-psecret`, and `-u name:secret` of curl as a whole. */
function gluedSecret(word: string, glued: string): boolean {
  return word.length > 2 && /^-[^-]/.test(word) && glued.includes(word[1] ?? '-');
}

/** Removes what only its place in an argument list shows to be a secret. The rest is for the steps that look at text. */
export function removeByPlace(argv: readonly string[], counts: Counts): string[] {
  const { glued, apart } = secretOptions(argv);
  const isUser = /^(?:.*[\\/])?user(?:add|mod)$/.test(argv[0] ?? '');
  let secret = false;
  return argv.map((word, at) => {
    if (secret) {
      secret = false;
      count(counts, 'secret');
      return secretMark;
    }
    const named = word.includes('=') ? /^(-{0,2}[A-Za-z_][\w.-]{0,100}=)./s.exec(word)?.[1] : undefined;
    if (named !== undefined && namesSecret(named.slice(0, -1))) {
      count(counts, 'secret');
      return named + secretMark;
    }
    if (at === 0 || !word.startsWith('-')) return word;
    if (gluedSecret(word, glued) && !isUser) {
      count(counts, 'secret');
      return `${word.slice(0, 2)}${secretMark}`;
    }
    const next = argv[at + 1];
    secret = takesSecret(word, apart) && next !== undefined && !/^--?[A-Za-z]/.test(next);
    return word;
  });
}

/** Where one command of a shell line ends. Quotes are not looked at: a cut too many does no harm here. */
const commands = /[^;|&\n]+/g;

/** The same for a line of shell text. */
export function removeByPlaceInLine(line: string, counts: Counts): string {
  if (!/ -[A-Za-z]/.test(line)) return line;
  return line.replace(commands, (command) => {
    const words = command.trim().split(/\s+/);
    const { glued, apart } = secretOptions(words.map((word) => word.replace(/^\W+(?=\w)/, '')));
    if (glued === '' && apart === '') return command;
    const remove = (_whole: string, start: string): string => {
      count(counts, 'secret');
      return start + secretMark;
    };
    let rest = command;
    const quoted = String.raw`(?:'[^']*'?|"[^"]*"?|[^\s'"]\S*)`;
    if (apart !== '')
      rest = rest.replace(new RegExp(String.raw`(\s-[${apart}]\s+)(?!-)${quoted}`, 'g'), remove);
    if (glued !== '')
      rest = rest.replace(new RegExp(String.raw`(\s-[${glued}])(?=\S)(?!\[SECRET\])${quoted}`, 'g'), remove);
    return rest;
  });
}
