/**
 * The words of a line that has no operator, expansion or escape of its shell: blanks separate, quotes of the given kinds join. Undefined
 * when a quote does not end, or stands in the middle of a word.
 */
export function plainWords(line: string, quotes: RegExp): readonly string[] | undefined {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const mark = quotes.test(rest.charAt(0)) ? rest.charAt(0) : '';
    const end = mark === '' ? rest.search(/\s|$/) : rest.indexOf(mark, 1);
    const word = rest.slice(mark.length, end);
    const after = rest.slice(end + mark.length);
    if (end === -1 || (mark === '' && quotes.test(word)) || /^\S/.test(after)) return undefined;
    words.push(word);
    rest = after.trimStart();
  }
  return words.length === 0 ? undefined : words;
}
