import { plainWords } from './plain_words.js';

// Operators, redirections, escapes, variables, groups. `,`, `;` and `=` separate words as well.
const special = /[&|<>^%!(),;=\r\n]/;

/** The builtins of cmd by names of their own, since programs of other systems share theirs. */
const builtins = new Set(
  'assoc call cd chdir cls color copy date del dir echo endlocal erase exit for ftype goto if md mkdir mklink move path pause popd prompt pushd rd rem ren rename rmdir set setlocal shift start time title type ver verify vol'.split(
    ' ',
  ),
);

/** The words of a `cmd` line that is one plain command, `cmd:NAME` for builtins; undefined for everything else. */
export function plainCmdLine(line: string): readonly string[] | undefined {
  if (special.test(line)) return undefined;
  const words = plainWords(line, /"/);
  const [name, ...rest] = words ?? [];
  if (name === undefined || !/^[A-Za-z][\w-]*(?:\.exe)?$/.test(name)) return undefined;
  const small = name.toLowerCase().replace(/\.exe$/, '');
  return [builtins.has(small) ? `cmd:${small}` : small, ...rest];
}
