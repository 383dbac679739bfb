import { type CompiledOperand, compileOperands } from '../match/operands.js';
import { compileOptions, type CompiledOptions } from '../match/options.js';
import { compileElements, type Elements, programsOf } from '../match/pattern.js';
import type { CommandRule, NetworkRule, PinnedExecutable, PolicyFile, VariableRule } from '../rule.js';

export interface CompiledRule {
  /** `policy/rule`. */
  readonly name: string;
  readonly rule: CommandRule;
  readonly pattern: Elements;
  readonly contains: Elements;
  readonly options: CompiledOptions;
  /** Any when the rule lists neither options nor operands. */
  readonly operands: readonly CompiledOperand[] | undefined;
}

export interface Named<Rule> {
  readonly name: string;
  readonly rule: Rule;
}

/** Policies made ready to decide. Immutable; make one with `compilePolicies` and keep it. */
export interface CompiledPolicy {
  readonly byProgram: ReadonlyMap<string, readonly CompiledRule[]>;
  readonly network: readonly Named<NetworkRule>[];
  readonly variables: readonly (Named<VariableRule> & { readonly names: RegExp })[];
  readonly executables: ReadonlyMap<string, readonly PinnedExecutable[]>;
  readonly programs: ReadonlyMap<string, CompiledOptions>;
}

const noOptions = compileOptions({});

function compileRule(name: string, rule: CommandRule): CompiledRule {
  const closed = rule.options !== undefined || rule.operands !== undefined;
  return {
    name,
    rule,
    pattern: compileElements(rule.pattern),
    contains: compileElements(rule.contains ?? []),
    options: rule.options === undefined ? noOptions : compileOptions(rule.options),
    operands: closed ? compileOperands(rule.operands ?? []) : undefined,
  };
}

/** A pattern of names in which `*` is any characters. */
function nameMatcher(names: readonly string[]): RegExp {
  return new RegExp(`^(?:${names.map((name) => name.replaceAll(/\*+/g, '\\w*')).join('|')})$`);
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Puts checked policy files together. Rules that a file replaces are left out. */
export function compilePolicies(files: readonly PolicyFile[]): CompiledPolicy {
  const replaced = new Set(files.flatMap((file) => file.replaces ?? []));
  const byProgram = new Map<string, CompiledRule[]>();
  const executables = new Map<string, PinnedExecutable[]>();
  const programs = new Map<string, CompiledOptions>();
  const network: Named<NetworkRule>[] = [];
  const variables: (Named<VariableRule> & { readonly names: RegExp })[] = [];
  for (const file of files) {
    const named = <Rule extends { readonly id: string }>(rules: readonly Rule[] | undefined): Named<Rule>[] =>
      (rules ?? [])
        .map((rule) => ({ name: `${file.name}/${rule.id}`, rule }))
        .filter(({ name }) => !replaced.has(name));
    for (const { name, rule } of named(file.rules)) {
      const compiled = compileRule(name, rule);
      for (const program of programsOf(rule)) append(byProgram, program, compiled);
    }
    network.push(...named(file.network));
    variables.push(...named(file.variables).map((one) => ({ ...one, names: nameMatcher(one.rule.names) })));
    for (const pin of file.executables ?? []) append(executables, pin.name, pin);
    for (const { name, options } of file.programs ?? []) programs.set(name, compileOptions(options));
  }
  // Fallbacks come last: whether they apply depends on the others.
  for (const rules of byProgram.values())
    rules.sort((a, b) => Number(a.rule.fallback === true) - Number(b.rule.fallback === true));
  return { byProgram, network, variables, executables, programs };
}
