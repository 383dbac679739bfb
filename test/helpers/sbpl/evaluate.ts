import { isList, isName, read, SbplError, type Expression } from './reader.js';
import {
  constants,
  filters,
  modifiers,
  once,
  operations,
  sometimes,
  type ArgumentKind,
} from './vocabulary.js';

/** A condition of a rule: `(literal "/dev/null")`, `(require-all …)`. */
export interface Filter {
  readonly filter: string;
  readonly values: readonly (string | number)[];
  readonly filters: readonly Filter[];
}

export interface Rule {
  readonly action: 'allow' | 'deny';
  readonly operations: readonly string[];
  readonly filters: readonly Filter[];
  readonly modifiers: readonly string[];
  /** What the kernel's log says with each decision of this rule. */
  readonly message: string | undefined;
}

export interface Profile {
  readonly rules: readonly Rule[];
  readonly imports: readonly string[];
}

export interface EvaluateOptions {
  readonly parameters?: Readonly<Record<string, string>>;
  /** Texts that `import` may name. */
  readonly imports?: Readonly<Record<string, string>>;
  /** Operations that this version of macOS lacks. */
  readonly without?: readonly string[];
}

interface Operation {
  readonly operation: string;
}
interface Modifier {
  readonly modifier: string;
  readonly value: string | undefined;
}
interface Items {
  readonly items: readonly Value[];
}
interface Constant {
  readonly constant: string;
}
type Procedure = (values: readonly Value[]) => Value;
type Value =
  number | boolean | string | Operation | Filter | Modifier | Constant | Procedure | Items | undefined;

function hasKey<Key extends string>(
  value: Value,
  key: Key,
): value is Extract<Value, Readonly<Record<Key, unknown>>> {
  return typeof value === 'object' && key in value;
}

class Scope {
  readonly #names = new Map<string, Value>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  define(name: string, value: Value): void {
    this.#names.set(name, value);
  }

  has(name: string): boolean {
    return this.#names.has(name) || (this.#outer?.has(name) ?? false);
  }

  get(name: string): Value {
    if (this.#names.has(name)) return this.#names.get(name);
    if (this.#outer === undefined) throw new SbplError(`unbound name: ${name}`);
    return this.#outer.get(name);
  }
}

function checkArgument(filter: string, kind: ArgumentKind, value: Value): void {
  const fits =
    kind === 'filter'
      ? hasKey(value, 'filter')
      : kind === 'symbol'
        ? hasKey(value, 'constant') && (constants[filter] ?? []).includes(value.constant)
        : typeof value === kind;
  if (!fits)
    throw new SbplError(
      `(${filter} …): ${value === false ? 'a parameter is missing' : 'an argument that it does not take'}`,
    );
}

/** `(remote ip)`, `(remote tcp "localhost:80")`, `(remote unix-socket (subpath "/x"))`. */
function address(filter: string, values: readonly Value[]): Filter {
  const [kind, where, ...rest] = values;
  if (!hasKey(kind, 'constant') || !constants['address']!.includes(kind.constant) || rest.length > 0) {
    throw new SbplError(`(${filter} …): not an address`);
  }
  if (where === undefined) return { filter, values: [kind.constant], filters: [] };
  if (kind.constant === 'unix-socket' && hasKey(where, 'filter'))
    return { filter, values: [kind.constant], filters: [where] };
  // The library takes `*` and `localhost` as hosts, and nothing else: rules about hosts are not possible.
  if (typeof where === 'string' && /^(\*|localhost):(\*|\d{1,5})$/.test(where))
    return { filter, values: [kind.constant, where], filters: [] };
  throw new SbplError(`(${filter} ${kind.constant} …): not an address`);
}

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    throw new SbplError(`not a regular expression: ${pattern}`, { cause: error });
  }
}

function makeFilter(filter: string, kind: ArgumentKind, values: readonly Value[]): Filter {
  if (kind === 'address') return address(filter, values);
  if (values.length === 0 || (once.has(filter) && values.length > 1))
    throw new SbplError(`(${filter} …): wrong number of arguments`);
  for (const value of values) checkArgument(filter, kind, value);
  if (filter.endsWith('regex')) for (const value of values) checkPattern(value as string);
  return {
    filter,
    values: values.flatMap((value) =>
      typeof value === 'string' || typeof value === 'number'
        ? [value]
        : hasKey(value, 'constant')
          ? [value.constant]
          : [],
    ),
    filters: values.filter((value) => hasKey(value, 'filter')),
  };
}

class Evaluator {
  readonly #options: EvaluateOptions;
  readonly #global = new Scope();
  readonly #rules: Rule[] = [];
  readonly #imports: string[] = [];
  #version: number | undefined;

  constructor(options: EvaluateOptions) {
    this.#options = options;
    this.#defineWords();
    this.#defineProcedures();
  }

  #defineWords(): void {
    const missing = new Set(this.#options.without ?? []);
    for (const operation of operations) {
      if (!missing.has(operation) || !sometimes.has(operation)) this.#global.define(operation, { operation });
    }
    for (const [name, kind] of Object.entries(filters))
      this.#global.define(name, (values) => makeFilter(name, kind, values));
    for (const constant of Object.values(constants).flat()) this.#global.define(constant, { constant });
  }

  #defineProcedures(): void {
    const strings = (name: string, values: readonly Value[]): readonly string[] =>
      values.map((value) => {
        if (typeof value !== 'string')
          throw new SbplError(
            `(${name} …): not a string${value === false ? ', a parameter is missing' : ''}`,
          );
        return value;
      });
    const procedures: Readonly<Record<string, Procedure>> = {
      version: ([number]) => {
        if (number !== 1 || this.#version !== undefined) throw new SbplError('(version 1) is said once');
        this.#version = number;
        return undefined;
      },
      allow: (values) => this.#rule('allow', values),
      deny: (values) => this.#rule('deny', values),
      debug: () => undefined,
      import: (values) => this.#import(strings('import', values)[0] ?? ''),
      param: (values) => this.#options.parameters?.[strings('param', values)[0] ?? ''] ?? false,
      'string-append': (values) => strings('string-append', values).join(''),
      'regex-quote': (values) =>
        strings('regex-quote', values)[0]!.replaceAll(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`),
      not: ([value]) => value === false,
      list: (values) => ({ items: values }),
    };
    for (const [name, procedure] of Object.entries(procedures)) this.#global.define(name, procedure);
  }

  #import(name: string): Value {
    const text = this.#options.imports?.[name];
    if (text === undefined) throw new SbplError(`(import "${name}"): no such profile`);
    this.#imports.push(name);
    // The imported text says its own version.
    const version = this.#version;
    this.#version = undefined;
    this.#run(text);
    this.#version = version;
    return undefined;
  }

  #rule(action: 'allow' | 'deny', values: readonly Value[]): Value {
    if (this.#version === undefined) throw new SbplError('a rule before (version 1)');
    const named = values.flatMap((value) => (hasKey(value, 'operation') ? [value.operation] : []));
    const found = values.filter((value) => hasKey(value, 'filter'));
    const said = values.flatMap((value) => (hasKey(value, 'modifier') ? [value] : []));
    if (named.length === 0) throw new SbplError(`a rule without an operation: ${action}`);
    if (named.length + found.length + said.length !== values.length)
      throw new SbplError(`(${action} ${named[0]} …): neither an operation nor a filter`);
    const modifiers = said.map(({ modifier }) => modifier);
    const message = said.find(({ modifier }) => modifier === 'message')?.value;
    this.#rules.push({ action, operations: named, filters: found, modifiers, message });
    return undefined;
  }

  #body(expressions: readonly Expression[], scope: Scope): Value {
    let value: Value;
    for (const expression of expressions) value = this.#evaluate(expression, scope);
    return value;
  }

  #lambda(parameters: readonly Expression[], body: readonly Expression[], scope: Scope): Procedure {
    return (values) => {
      if (values.length !== parameters.length)
        throw new SbplError('a procedure with another number of arguments');
      const inner = new Scope(scope);
      parameters.forEach((parameter, index) => {
        inner.define((parameter as { name: string }).name, values[index]);
      });
      return this.#body(body, inner);
    };
  }

  #define([target, ...rest]: readonly Expression[], scope: Scope): Value {
    if (target === undefined) throw new SbplError('(define): what?');
    if (isList(target)) {
      const [name, ...parameters] = target;
      if (name === undefined || !isName(name)) throw new SbplError('(define): not a name');
      scope.define(name.name, this.#lambda(parameters, rest, scope));
    } else if (isName(target)) scope.define(target.name, this.#body(rest, scope));
    else throw new SbplError('(define): not a name');
    return undefined;
  }

  #let([bindings, ...body]: readonly Expression[], scope: Scope, sequential: boolean): Value {
    const inner = new Scope(scope);
    if (bindings === undefined || !isList(bindings)) throw new SbplError('(let): no bindings');
    for (const binding of bindings) {
      if (!isList(binding) || binding.length !== 2 || !isName(binding[0]!))
        throw new SbplError('(let): not a binding');
      inner.define(binding[0].name, this.#evaluate(binding[1]!, sequential ? inner : scope));
    }
    return this.#body(body, inner);
  }

  #with([name, value]: readonly Expression[], scope: Scope): Value {
    if (name === undefined || !isName(name) || !(name.name in modifiers))
      throw new SbplError('(with …): unknown modifier');
    if (modifiers[name.name] !== (value !== undefined))
      throw new SbplError(`(with ${name.name} …): wrong number of arguments`);
    const said = value === undefined || isName(value) ? undefined : this.#evaluate(value, scope);
    if (name.name === 'message' && typeof said !== 'string') {
      throw new SbplError(
        `(with message …): not a string${said === false ? ', a parameter is missing' : ''}`,
      );
    }
    return { modifier: name.name, value: typeof said === 'string' ? said : undefined };
  }

  #special(name: string, rest: readonly Expression[], scope: Scope): { readonly value: Value } | undefined {
    const test = (): boolean => this.#evaluate(rest[0] ?? false, scope) !== false;
    switch (name) {
      case 'quote': {
        const [quoted] = rest;
        return { value: quoted !== undefined && isName(quoted) ? { constant: quoted.name } : undefined };
      }
      case 'define':
        return { value: this.#define(rest, scope) };
      case 'lambda':
        return {
          value: this.#lambda(
            isList(rest[0] ?? 0) ? (rest[0] as readonly Expression[]) : [],
            rest.slice(1),
            scope,
          ),
        };
      case 'let':
      case 'let*':
        return { value: this.#let(rest, scope, name === 'let*') };
      case 'begin':
        return { value: this.#body(rest, scope) };
      case 'if':
        return {
          value: test()
            ? this.#evaluate(rest[1] ?? false, scope)
            : rest[2] === undefined
              ? undefined
              : this.#evaluate(rest[2], scope),
        };
      case 'when':
      case 'unless':
        return { value: test() === (name === 'when') ? this.#body(rest.slice(1), scope) : undefined };
      case 'and':
        return { value: rest.every((one) => this.#evaluate(one, scope) !== false) };
      case 'or':
        return { value: rest.some((one) => this.#evaluate(one, scope) !== false) };
      case 'with':
        return { value: this.#with(rest, scope) };
      case 'defined?': {
        const asked = this.#evaluate(rest[0] ?? false, scope);
        return { value: hasKey(asked, 'constant') && scope.has(asked.constant) };
      }
      default:
        return undefined;
    }
  }

  #evaluate(expression: Expression, scope: Scope): Value {
    if (isName(expression)) return scope.get(expression.name);
    if (!isList(expression)) return expression;
    const [head, ...rest] = expression;
    if (head === undefined) throw new SbplError('an empty list is no call');
    if (isName(head)) {
      const special = this.#special(head.name, rest, scope);
      if (special !== undefined) return special.value;
    }
    const procedure = this.#evaluate(head, scope);
    if (typeof procedure !== 'function')
      throw new SbplError(`not a procedure: ${isName(head) ? head.name : '(…)'}`);
    return procedure(rest.map((one) => this.#evaluate(one, scope)));
  }

  #run(text: string): void {
    for (const expression of read(text)) this.#evaluate(expression, this.#global);
    if (this.#version === undefined) throw new SbplError('(version 1) is missing');
  }

  run(text: string): Profile {
    this.#run(text);
    return { rules: this.#rules, imports: this.#imports };
  }
}

/** Evaluates a profile to its rules. Whatever is not known is an error, as it would be for the library. */
export function evaluate(text: string, options: EvaluateOptions = {}): Profile {
  return new Evaluator(options).run(text);
}
