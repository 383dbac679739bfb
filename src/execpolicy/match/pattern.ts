import type { CommandRule, PatternElement } from '../rule.js';
import { type Word } from '../word.js';

export type Elements = readonly (string | ReadonlySet<string>)[];

export function compileElements(elements: readonly PatternElement[]): Elements {
  return elements.map((one) => (typeof one === 'string' ? one : new Set(one)));
}

/** `maybe`: a word that is known only at run time could make it match. */
export type Match = 'yes' | 'no' | 'maybe';

function some(element: string | ReadonlySet<string>, test: (word: string) => boolean): boolean {
  if (typeof element === 'string') return test(element);
  for (const word of element) if (test(word)) return true;
  return false;
}

function matchOne(element: string | ReadonlySet<string>, word: Word): Match {
  if (typeof word === 'string')
    return (typeof element === 'string' ? element === word : element.has(word)) ? 'yes' : 'no';
  return word.count === 'any' || some(element, (one) => one.startsWith(word.prefix)) ? 'maybe' : 'no';
}

/** Whether the words after the program begin with the rest of a pattern. */
export function matchPattern(pattern: Elements, words: readonly Word[]): Match {
  for (let at = 1; at < pattern.length; at += 1) {
    const element = pattern[at];
    const word = words[at];
    if (element === undefined || word === undefined) return 'no';
    const found = matchOne(element, word);
    // After a word that can be split, nothing is at a known place.
    if (found === 'maybe') return 'maybe';
    if (found === 'no') return 'no';
  }
  return 'yes';
}

const cluster = /^-[A-Za-z0-9]{2,}$/;

function occurs(element: string, word: Word): Match {
  if (typeof word !== 'string')
    return word.count === 'any' || element.startsWith(word.prefix) ? 'maybe' : 'no';
  if (word === element) return 'yes';
  if (element.startsWith('--')) {
    const name = word.includes('=') ? word.slice(0, word.indexOf('=')) : word;
    return name.length > 3 && element.startsWith(name) ? 'yes' : 'no';
  }
  return element.length === 2 &&
    element.startsWith('-') &&
    cluster.test(word) &&
    word.includes(element.charAt(1))
    ? 'yes'
    : 'no';
}

function best(matches: Iterable<Match>): Match {
  let found: Match = 'no';
  for (const one of matches) {
    if (one === 'yes') return 'yes';
    if (one === 'maybe') found = 'maybe';
  }
  return found;
}

/** Whether every element of `contains` is among the words. */
export function matchContains(contains: Elements, words: readonly Word[]): Match {
  let all: Match = 'yes';
  for (const element of contains) {
    const choices = typeof element === 'string' ? [element] : [...element];
    const found = best(words.map((word) => best(choices.map((choice) => occurs(choice, word)))));
    if (found === 'no') return 'no';
    if (found === 'maybe') all = 'maybe';
  }
  return all;
}

/** The names of the programs that a rule is about. */
export function programsOf(rule: CommandRule): readonly string[] {
  const [first] = rule.pattern;
  return typeof first === 'string' ? [first] : (first ?? []);
}
