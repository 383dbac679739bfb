/** A word whose value is known only when the command runs: it has a variable, a glob or a substitution. */
export interface DynamicWord {
  /** As it was written. */
  readonly text: string;
  /** What is known of its beginning. */
  readonly prefix: string;
  /** `one` word, one or more that all begin with the prefix (`glob`), or `any` number of any words. */
  readonly count: 'one' | 'glob' | 'any';
}

/** A word of a command: its value, or what is known of it. */
export type Word = string | DynamicWord;

/** Any number of any words. */
export const anyWords: DynamicWord = { text: '…', prefix: '', count: 'any' };

export function textOf(word: Word): string {
  return typeof word === 'string' ? word : word.text;
}

export function isStatic(words: readonly Word[]): words is readonly string[] {
  return words.every((word) => typeof word === 'string');
}

/** A command on one line, for people. */
export function render(words: readonly Word[]): string {
  let text = '';
  for (const word of words) {
    const shown = textOf(word);
    text += `${text === '' ? '' : ' '}${shown === '' ? "''" : shown}`;
    if (text.length > 200) return `${text.slice(0, 197)}...`;
  }
  return text;
}
