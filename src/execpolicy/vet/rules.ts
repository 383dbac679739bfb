import type { Finding } from '../decision.js';
import { isPlainAwk, isPlainSed } from '../match/inline.js';
import { matchRule, type RuleMatch } from '../match/match_rule.js';
import type { OptionUse } from '../match/options.js';
import type { TypedWord } from '../match/operands.js';
import type { CompiledRule } from '../rules/compile.js';
import { textOf, type Word } from '../word.js';
import { touches, type Directories } from './paths.js';
import type { Vetter } from './vetter.js';

function ruling({ name, rule }: CompiledRule, subject: string): Finding {
  const { decision, justification, suggestion } = rule;
  return {
    decision,
    reason: justification,
    rule: name,
    subject,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** The method of the requests: the last option that says one. */
function methodOf(uses: readonly OptionUse[]): string | undefined {
  let method: string | undefined;
  let named: string | undefined;
  for (const { detail, value } of uses) {
    if (detail.method === 'value') named = value === undefined ? undefined : textOf(value);
    else if (detail.method !== undefined) method = detail.method;
  }
  return named ?? method;
}

function checkWord(vetter: Vetter, { kind, word }: TypedWord, method: string | undefined): void {
  switch (kind) {
    case 'text':
    case 'number':
    case 'cwd':
      return;
    case 'read':
    case 'write':
      vetter.path(kind, word);
      return;
    case 'url':
    case 'host':
      vetter.target(kind, word, method);
      return;
    case 'sed':
    case 'awk': {
      const plain = kind === 'sed' ? isPlainSed : isPlainAwk;
      if (typeof word !== 'string' || !plain(word))
        vetter.ask(textOf(word), `this ${kind} program could execute commands or touch files`);
    }
  }
}

/** Checks what a rule that matched says that the words are. */
function checkUses(vetter: Vetter, { rule }: CompiledRule, { uses, operands }: RuleMatch): void {
  const method = methodOf(uses);
  const [directory] = uses.filter(({ detail }) => detail.value === 'cwd');
  const check = (): void => {
    vetter.implied(rule.access);
    for (const { detail, value } of uses) {
      vetter.implied(detail.access);
      if (value !== undefined && detail.value !== 'flag' && detail.value !== 'optional')
        checkWord(vetter, { kind: detail.value, word: value }, method);
    }
    for (const operand of operands) checkWord(vetter, operand, method);
  };
  if (directory?.value === undefined) check();
  else vetter.within(directory.value, check);
}

/** Applies one rule; true when it is about the command. */
export function applyRule(
  vetter: Vetter,
  directories: Directories,
  compiled: CompiledRule,
  words: readonly Word[],
  subject: string,
): boolean {
  const { rule } = compiled;
  const found = matchRule(compiled, words);
  if (found === undefined) return false;
  if (rule.touches !== undefined) {
    const paths = rule.touches;
    const home = vetter.context.home;
    if (!words.slice(compiled.pattern.length).some((word) => touches(paths, directories, home, word)))
      return false;
  }
  if (found.match === 'maybe') {
    if (rule.decision === 'allow') return false;
    vetter.add({
      ...ruling(compiled, subject),
      decision: 'ask',
      reason: `what it becomes when it runs may be refused: ${rule.justification}`,
    });
    return true;
  }
  vetter.add(ruling(compiled, subject));
  if (rule.decision !== 'deny') checkUses(vetter, compiled, found);
  return true;
}
