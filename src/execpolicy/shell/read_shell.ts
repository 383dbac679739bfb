/* eslint-disable @typescript-eslint/switch-exhaustiveness-check -- what has no case of its own is doubted, or only looked into */
import { anyWords, type DynamicWord, type Word } from '../word.js';
import { hasGap, type Span } from './coverage.js';
import { evaluates, isPlainSubscript } from './evaluation.js';
import type { Redirection, ShellAssignment, ShellScript, ShellStep } from './script.js';
import {
  type Assignment,
  childrenOf,
  type Command,
  type CompoundList,
  type FunctionNode,
  type ParameterExpansionPart,
  type ParsedScript,
  parseLine,
  type RedirectionNode,
  type Statement,
  type SyntaxNode,
  type WordNode,
  type WordPart,
} from './unbash.js';

/** What a statement stands in. */
interface Place {
  readonly repeated: boolean;
  /** It runs, in this shell, before whatever comes later. */
  readonly settled: boolean;
}

const start: Place = { repeated: false, settled: true };

const builtinOfBash = 'only bash reads this the way it is vetted';

type Count = DynamicWord['count'];

function widest(a: Count | undefined, b: Count): Count {
  if (a === undefined || b === 'any') return b;
  return a === 'any' || a === 'glob' ? a : b;
}

/** How many words a part can become. */
function countOf(part: WordPart, quoted: boolean): Count {
  if (part.type === 'Glob' || part.type === 'ExtendedGlob' || part.type === 'BraceExpansion')
    return /[$`]/.test(part.text) ? 'any' : 'glob';
  // "$@" and "${list[@]}" are words of their own also between quotes.
  return quoted && !part.text.includes('@') ? 'one' : 'any';
}

/** Turns the parser's tree into ours, and doubts whatever it does not know. */
class Reader {
  readonly steps: ShellStep[] = [];
  readonly doubts = new Set<string>();

  #heredocs: Span[] = [];

  constructor(
    private source: string,
    private readonly bash: boolean,
    private readonly home: string | undefined,
  ) {}

  #onlyBash(): void {
    if (!this.bash) this.doubts.add(builtinOfBash);
  }

  script(node: ParsedScript, place: Place): void {
    const { source } = this;
    const heredocs = this.#heredocs;
    if (node.source !== undefined) {
      // Positions count from the text between the backticks.
      this.source = node.source;
      this.#heredocs = [];
    }
    for (const { message } of node.errors ?? [])
      this.doubts.add(`the shell line cannot be parsed: ${message}`);
    this.#list(node.commands, place);
    this.#covered(node);
    this.source = source;
    if (node.source !== undefined) this.#heredocs = heredocs;
  }

  #covered(node: SyntaxNode): void {
    if (hasGap(node, this.source, this.#heredocs))
      this.doubts.add('the shell line has a part that is not understood');
  }

  #statement(node: Statement, place: Place): void {
    this.#node(node.command, node.background === true ? { ...place, settled: false } : place);
    this.#covered(node);
  }

  #list(nodes: readonly Statement[], place: Place): void {
    for (const node of nodes) this.#statement(node, place);
  }

  #node(node: SyntaxNode, place: Place): void {
    this.#inside(node, place);
    this.#covered(node);
  }

  #inside(node: SyntaxNode, place: Place): void {
    const maybe = { ...place, settled: false };
    const loop = { repeated: true, settled: false };
    switch (node.type) {
      case 'Command':
        this.#command(node, place);
        return;
      case 'Pipeline':
        for (const one of node.commands) this.#node(one, node.commands.length > 1 ? maybe : place);
        return;
      case 'AndOr':
        for (const [index, one] of node.commands.entries()) this.#node(one, index === 0 ? place : maybe);
        return;
      case 'BraceGroup':
        this.#compound(node.body, place);
        return;
      case 'Redirected':
        this.#node(node.command, place);
        this.#push(place, [], [], node.redirects);
        return;
      case 'For':
      case 'Select':
        if (node.type === 'Select') this.#onlyBash();
        for (const one of node.wordlist ?? []) this.#word(one);
        this.#push(place, [{ name: node.name.value, value: anyWords }], [], []);
        this.#compound(node.body, loop);
        return;
      case 'While':
        this.#compound(node.clause, loop);
        this.#compound(node.body, loop);
        return;
      case 'Function':
        this.#function(node, place);
        return;
      case 'If':
      case 'Elif':
      case 'Case':
      case 'CaseItem':
      case 'CompoundList':
      case 'Subshell':
        for (const child of childrenOf(node)) this.#node(child, maybe);
        return;
      case 'Statement':
        this.#statement(node, maybe);
        return;
      case 'Word':
        this.#word(node);
        return;
      case 'ArithmeticFor':
      case 'TestCommand':
      case 'ArithmeticCommand':
      case 'Coproc':
        this.#onlyBash();
        this.#scan(node, loop);
        this.steps.push({ type: 'test' });
        return;
      default:
        this.doubts.add(`the shell line has a part that is not understood: ${node.type}`);
        this.#scan(node, loop);
    }
  }

  #compound(node: CompoundList, place: Place): void {
    this.#list(node.commands, place);
    this.#covered(node);
  }

  #function(node: FunctionNode, place: Place): void {
    // Something before the name is the word `function`.
    if (node.name.pos > node.pos) this.#onlyBash();
    const before = this.steps.length;
    this.#node(node.body, { repeated: true, settled: false });
    const calls = (step: ShellStep): boolean => step.type === 'command' && step.words[0] === node.name.value;
    if (this.steps.slice(before).some(calls)) this.doubts.add('a function that calls itself need not end');
    this.steps.push({
      type: 'function',
      name: node.name.value,
      settled: place.settled && node.name.parts === undefined,
    });
  }

  #push(
    place: Place,
    assignments: readonly ShellAssignment[],
    words: readonly Word[],
    redirections: readonly RedirectionNode[],
  ): void {
    const found = redirections.map((one) => this.#redirection(one, place)).filter((one) => one !== undefined);
    this.steps.push({ type: 'command', assignments, words, redirections: found, repeated: place.repeated });
  }

  #command(node: Command, place: Place): void {
    const assignments = node.prefix
      .filter((one) => one.type === 'Assignment')
      .map((one) => this.#assignment(one));
    const words = node.name === undefined ? [] : [this.#word(node.name)];
    for (const one of node.args) words.push(one.type === 'Word' ? this.#word(one) : this.#argument(one));
    this.#push(place, assignments, words, node.redirects);
  }

  #assignment(node: Assignment): ShellAssignment {
    if (node.index !== undefined) {
      this.#subscript(node.index);
      this.#onlyBash();
    }
    if (node.value.type === 'Word') return { name: node.name, value: this.#word(node.value) };
    this.#onlyBash();
    for (const one of node.value.elements) this.#word(one);
    return { name: node.name, value: anyWords };
  }

  /** `NAME=VALUE` after a builtin such as export. */
  #argument(node: Assignment): Word {
    const { name, value } = this.#assignment(node);
    if (typeof value === 'string') return `${name}=${value}`;
    return { text: node.text, prefix: `${name}=${value.prefix}`, count: this.bash ? 'one' : value.count };
  }

  #redirection(node: RedirectionNode, place: Place): Redirection | undefined {
    if (node.descriptor?.type === 'FileDescriptorVariable')
      this.#push(place, [{ name: node.descriptor.name, value: anyWords }], [], []);
    if (node.type === 'HereDoc') {
      if (node.closing === undefined) this.doubts.add('a here-document does not end');
      this.#heredocs.push({ pos: node.body.pos, end: node.closing?.end ?? node.body.end });
      if (node.body.parts === undefined) return { use: 'text', target: node.body.text };
      return { use: 'text', target: this.#parts(node.body.parts, node.body.text, true) };
    }
    if (node.target === undefined) {
      this.doubts.add('a redirection has no target');
      return undefined;
    }
    const target = this.#word(node.target);
    if (node.type === 'HereString') {
      this.#onlyBash();
      return { use: 'text', target };
    }
    switch (node.operator) {
      case '<':
        return { use: 'read', target };
      case '<&':
      case '>&':
        // A descriptor, or `-`; bash takes anything else after `>&` for a file.
        if (typeof target === 'string' && /^(?:\d+-?|-)$/.test(target)) return undefined;
        return { use: 'both', target };
      case '<>':
        return { use: 'both', target };
      case '>':
      case '>>':
      case '>|':
      case '&>':
      case '&>>':
        return { use: 'write', target };
    }
  }

  #word(node: WordNode): Word {
    const word =
      node.parts === undefined
        ? this.#literal(node.text, node.value, false)
        : this.#parts(node.parts, node.text, false);
    return node.text.startsWith('~') ? this.#tilde(word, node.text) : word;
  }

  #tilde(word: Word, text: string): Word {
    const own = text === '~' || text.startsWith('~/');
    if (!own || this.home === undefined) return { text, prefix: '', count: 'one' };
    const { home } = this;
    return typeof word === 'string' ? home + word.slice(1) : { ...word, prefix: home + word.prefix.slice(1) };
  }

  /** Plain text of a word. Where nothing is quoted, a parenthesis in it is an error that the parser passed over. */
  #literal(text: string, value: string, quoted: boolean): string {
    if (!quoted && text === value && /[()]/.test(text))
      this.doubts.add('a parenthesis stands where none can');
    return value;
  }

  /** The value of the parts of a word, as far as it is known. */
  #parts(parts: readonly WordPart[], text: string, quoted: boolean): Word {
    let prefix = '';
    let count: Count | undefined;
    for (const part of parts) {
      const inner = this.#known(part, quoted) ?? this.#inner(part, quoted);
      if (count === undefined) prefix += typeof inner === 'string' ? inner : inner.prefix;
      if (typeof inner !== 'string') count = widest(count, inner.count);
    }
    return count === undefined ? prefix : { text, prefix, count };
  }

  #inner(part: WordPart, quoted: boolean): Word {
    if (part.type === 'ExtendedGlob')
      this.doubts.add('this pattern means something only where bash is told so');
    if (part.type === 'DoubleQuoted' || part.type === 'LocaleString')
      return this.#parts(part.parts, part.text, true);
    this.#scan(part, start);
    return { text: part.text, prefix: '', count: countOf(part, quoted) };
  }

  /** The value of a part that is always the same. */
  #known(part: WordPart, quoted: boolean): string | undefined {
    switch (part.type) {
      case 'Literal':
        return this.#literal(part.text, part.value, quoted);
      case 'SingleQuoted':
        return part.value;
      case 'AnsiCQuoted':
        this.#onlyBash();
        return part.value;
      case 'LocaleString':
        this.doubts.add('a text is translated before it is used');
        return undefined;
      case 'ProcessSubstitution':
        // The shell puts the path of a pipe here.
        this.#onlyBash();
        this.#scan(part, start);
        return '/dev/fd/63';
      default:
        return undefined;
    }
  }

  /** Finds the commands inside of expansions. */
  #scan(node: SyntaxNode, place: Place): void {
    const inside = { repeated: place.repeated, settled: false };
    switch (node.type) {
      case 'Script':
        this.script(node, inside);
        return;
      case 'Statement':
      case 'CompoundList':
      case 'Command':
      case 'Redirected':
        this.#node(node, inside);
        return;
      case 'Word':
        this.#word(node);
        return;
      case 'ParameterExpansion':
        this.#assigns(node);
        break;
      default:
        break;
    }
    if (evaluates(node)) this.#evaluates();
    for (const child of childrenOf(node)) this.#scan(child, inside);
  }

  /** `${x:=value}` sets a variable. */
  #assigns({ operation, parameter }: ParameterExpansionPart): void {
    if (operation?.type === 'Default' && operation.operator.endsWith('='))
      this.#push(start, [{ name: parameter, value: anyWords }], [], []);
  }

  #evaluates(): void {
    this.doubts.add('the shell evaluates the value of a variable, which can run commands');
  }

  #subscript(node: WordNode): void {
    if (!isPlainSubscript(node)) this.#evaluates();
    this.#word(node);
  }
}

/** Reads a line of a shell. Never throws: what the parser cannot take is a doubt. */
export function readShell(line: string, bash: boolean, home: string | undefined): ShellScript {
  const reader = new Reader(line, bash, home);
  try {
    reader.script(parseLine(line), start);
  } catch {
    reader.doubts.add('the shell line cannot be parsed');
  }
  return { steps: reader.steps, doubts: [...reader.doubts] };
}
