import { matchRule } from '../match/match_rule.js';
import type { CommandRule, Example, NetworkRule, PolicyFile } from '../rule.js';
import { readShell } from '../shell/read_shell.js';
import { touches } from '../vet/paths.js';
import { matchesTarget, targetOf } from '../vet/network.js';
import type { Word } from '../word.js';
import { refuse, show } from './check.js';
import { type CompiledRule, compilePolicies } from './compile.js';

// Examples are about what a rule says, not about a machine.
const home = '/home/user';
const cwd = '/home/user/workspace';

function wordsOf(place: string, example: Example): readonly Word[] {
  if (typeof example !== 'string') return example;
  const { steps, doubts } = readShell(example, true, home);
  const [step] = steps;
  if (steps.length !== 1 || step?.type !== 'command' || step.words.length === 0 || doubts.length > 0)
    refuse(place, `the example ${show(example)} is not one plain command. Write it as a list of words.`);
  return step.words;
}

function matches(compiled: CompiledRule, words: readonly Word[]): boolean {
  const [program] = words;
  const first = compiled.pattern[0];
  if (
    typeof program !== 'string' ||
    !(typeof first === 'string' ? first === program : first?.has(program) === true)
  )
    return false;
  if (matchRule(compiled, words)?.match !== 'yes') return false;
  const { touches: paths } = compiled.rule;
  return (
    paths === undefined ||
    words.slice(compiled.pattern.length).some((word) => touches(paths, [cwd], home, word))
  );
}

function checkCommandExamples(place: string, rule: CommandRule, compiled: CompiledRule): void {
  for (const [key, wanted] of [
    ['match', true],
    ['notMatch', false],
  ] as const) {
    for (const [index, example] of (rule[key] ?? []).entries()) {
      const at = `${place}.${key}[${index}]`;
      if (matches(compiled, wordsOf(at, example)) === wanted) continue;
      const shown = typeof example === 'string' ? show(example) : JSON.stringify(example);
      refuse(
        at,
        `the rule ${wanted ? 'does not match' : 'matches'} ${shown}. Correct the rule or the example.`,
      );
    }
  }
}

function checkTargetExamples(place: string, rule: NetworkRule): void {
  for (const [key, wanted] of [
    ['match', true],
    ['notMatch', false],
  ] as const) {
    for (const [index, example] of (rule[key] ?? []).entries()) {
      const target = targetOf('url', example);
      if ((target !== undefined && matchesTarget(rule, target, rule.methods?.[0])) === wanted) continue;
      refuse(
        `${place}.${key}[${index}]`,
        `the rule ${wanted ? 'does not match' : 'matches'} ${show(example)}. Correct the rule or the example.`,
      );
    }
  }
}

/** Checks the examples of every rule of one checked file. */
export function checkExamples(file: PolicyFile): void {
  const alone = compilePolicies([{ ...file, replaces: [] }]);
  const compiled = new Map([...alone.byProgram.values()].flat().map((one) => [one.rule.id, one]));
  for (const [index, rule] of (file.rules ?? []).entries()) {
    const one = compiled.get(rule.id);
    if (one !== undefined) checkCommandExamples(`${file.name}: rules[${index}] (${rule.id})`, rule, one);
  }
  for (const [index, rule] of (file.network ?? []).entries())
    checkTargetExamples(`${file.name}: network[${index}] (${rule.id})`, rule);
}
