import type { CompiledRule } from '../rules/compile.js';
import { type Word } from '../word.js';
import { type TypedWord, typeOperands } from './operands.js';
import { type OptionUse, scanOptions } from './options.js';
import { type Match, matchContains, matchPattern } from './pattern.js';

/** How a rule matched a command. */
export interface RuleMatch {
  readonly match: Exclude<Match, 'no'>;
  readonly uses: readonly OptionUse[];
  readonly operands: readonly TypedWord[];
}

const open: RuleMatch = { match: 'yes', uses: [], operands: [] };
const unsure: RuleMatch = { ...open, match: 'maybe' };

/** Matches everything but `touches`, which needs to know where the command is. `words[0]` was compared before. */
export function matchRule(compiled: CompiledRule, words: readonly Word[]): RuleMatch | undefined {
  const { rule, pattern, contains, operands } = compiled;
  const start = matchPattern(pattern, words);
  if (start === 'no') return undefined;
  if (start === 'maybe') return unsure;
  if (rule.exact === true) return words.length === pattern.length ? open : undefined;
  if (operands === undefined) {
    if (contains.length === 0) return open;
    const found = matchContains(contains, words.slice(pattern.length));
    if (found === 'no') return undefined;
    return found === 'yes' ? open : unsure;
  }
  const scanned = scanOptions(words.slice(pattern.length), compiled.options, rule.optionsFirst === true);
  const typed = scanned === undefined ? undefined : typeOperands(operands, scanned.operands);
  if (scanned === undefined || typed === undefined) return undefined;
  return { match: 'yes', uses: scanned.uses, operands: typed };
}
