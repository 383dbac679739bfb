import { count, secretMark, type Step } from './text.js';

/**
 * Words that look like chance. Only where that is safe: hexadecimal text is left, since hashes and ids are what a log is searched for,
 * and so is what has the rhythm of names (camelCase, paths).
 */
const candidate = /[A-Za-z0-9+_=-]{24,512}/g;
/** 40 characters of base64 with slashes: a secret key of AWS. */
const awsSecret = /(?<![A-Za-z0-9/+=.-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;

const leastEntropy = 3.5;
/** Changes between digits, small and large letters per character. Chance has 0.6, camelCase below 0.4. */
const leastChange = 0.42;
/** Where the length and the slashes already speak for a key. */
const leastChangeOfKey = 0.3;

function entropy(text: string): number {
  const seen = new Map<string, number>();
  for (const char of text) seen.set(char, (seen.get(char) ?? 0) + 1);
  let bits = 0;
  for (const times of seen.values()) bits -= (times / text.length) * Math.log2(times / text.length);
  return bits;
}

function kindOf(code: number): number {
  if (code >= 48 && code <= 57) return 0;
  if (code >= 65 && code <= 90) return 1;
  return code >= 97 && code <= 122 ? 2 : 3;
}

/** True for text that mixes digits, small and large letters the way chance does and words do not. */
function looksRandom(text: string, least: number): boolean {
  const kinds = [0, 0, 0, 0];
  let changes = 0;
  let before = -1;
  for (let at = 0; at < text.length; at += 1) {
    const kind = kindOf(text.charCodeAt(at));
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (before !== -1 && kind !== before) changes += 1;
    before = kind;
  }
  const [digits = 0, large = 0, small = 0] = kinds;
  if (digits < 1 || large < 2 || small < 2) return false;
  return changes / (text.length - 1) >= least && entropy(text) >= leastEntropy;
}

/** Removes words that look like keys made by chance. */
export const removeRandom: Step = (text, counts) => {
  if (text.length < 24) return text;
  const judge = (word: string, least = leastChange): string => {
    if (!looksRandom(word, least)) return word;
    count(counts, 'secret');
    return secretMark;
  };
  return text
    .replace(awsSecret, (word) => (/[/+]/.test(word) ? judge(word, leastChangeOfKey) : word))
    .replace(candidate, (word) => judge(word));
};
