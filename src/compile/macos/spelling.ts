/**
 * Other spellings of a path that a Mac takes for the same file. APFS and HFS+ ignore the case of letters unless the volume was made
 * otherwise, and keep `é` as one character or as two. A rule that names a path compares text, so `mkdir .VSCODE` would make what a
 * rule about `.vscode` is there to refuse. Not covered: characters that HFS+ ignores altogether, such as the zero-width joiner,
 * and rarer letters with more than one code.
 */

/** Letters beyond those that changing the case gives: the long s, and the signs for Kelvin, Angstrom and Ohm, which are letters too. */
const folded: Readonly<Record<string, string>> = { s: '\u017f', k: '\u212a', å: '\u212b', ω: '\u2126' };

const special = /[\\^$.|?*+()[\]{}]/g;

function quote(text: string): string {
  return text.replaceAll(special, String.raw`\$&`);
}

function spellings(character: string): readonly string[] {
  const cased = [character, character.toLowerCase(), character.toUpperCase()];
  const sign = folded[character.toLowerCase()];
  const composed = cased.flatMap((text) => [text.normalize('NFC'), text.normalize('NFD')]);
  return [...new Set([...composed, ...(sign === undefined ? [] : [sign])])];
}

/** One character with its marks, however it is composed. */
function anyCharacter(character: string): string {
  const all = spellings(character);
  if (all.length === 1) return quote(character);
  if (all.every((one) => /^[A-Za-z]$/.test(one))) return `[${all.join('')}]`;
  // Bytes above 127 go into no bracket: there the engine may take each byte of a character for one of its own.
  return `(${all.map(quote).join('|')})`;
}

function anyCase(text: string): string {
  // A letter and the marks after it belong together, or a mark could not join the letter in the composed spelling.
  return [...text.normalize('NFC').matchAll(/\P{M}\p{M}*|\p{M}+/gu)]
    .map(([one]) => anyCharacter(one))
    .join('');
}

/** The same files by the name of the volume that holds them: `/Users` is a firm link into it. */
const dataVolume = '(/System/Volumes/Data)?';

/** A regular expression for every spelling of an absolute path, and of what lies below it unless `exact`. */
export function anySpelling(path: string, { exact }: { readonly exact: boolean }): string {
  return `^${dataVolume}${anyCase(path)}${exact ? '' : '(/|$)'}${exact ? '$' : ''}`;
}
