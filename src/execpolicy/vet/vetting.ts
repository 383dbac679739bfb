import type { ShellDialect, VettingContext } from '../context.js';
import { ask, type Finding } from '../decision.js';
import type { ImpliedPaths } from '../rule.js';
import type { CompiledPolicy } from '../rules/compile.js';
import { render, textOf, type Word } from '../word.js';
import { vetCommand } from './command.js';
import { vetLine } from './line.js';
import { vetTarget } from './network.js';
import { entered, vetPath, type Directories } from './paths.js';
import { vetVariable } from './variables.js';
import type { PathUse, Vetter } from './vetter.js';

// Commands inside of commands, and commands in all: more than anybody writes, and few enough to answer at once.
const deepest = 12;
const most = 2000;
// More places that the shell may be in than this, and relative paths are asked for.
const mostDirectories = 8;

/** Collects the findings about one command. */
export class Vetting implements Vetter {
  readonly findings: Finding[] = [];
  #directories: Directories;
  #depth = 0;
  #commands = 0;
  #repeated = false;
  readonly #aliases = new Map<string, Word>();

  constructor(
    readonly policy: CompiledPolicy,
    readonly context: VettingContext,
  ) {
    this.#directories = [context.cwd];
  }

  add(finding: Finding): void {
    this.findings.push(finding);
  }

  ask(subject: string, reason: string): void {
    this.findings.push(ask(subject, reason));
  }

  #nested(subject: string, action: () => void): void {
    this.#commands += 1;
    if (this.#depth >= deepest || this.#commands > most) {
      this.ask(subject, 'there are too many commands inside of commands');
      return;
    }
    this.#depth += 1;
    action();
    this.#depth -= 1;
  }

  argv(words: readonly Word[], stdin?: Word): void {
    this.#nested(render(words), () => {
      vetCommand(this, () => this.#directories, words, stdin);
      this.#throughAlias(words);
    });
  }

  #throughAlias(words: readonly Word[]): void {
    const [name] = words;
    const value = typeof name === 'string' ? this.#aliases.get(name) : undefined;
    if (value === undefined) return;
    if (typeof value !== 'string' || !/^[\w./ -]*$/.test(value)) {
      this.ask(render(words), 'the alias stands for more than plain words');
      return;
    }
    // An alias does not stand for itself within what it stands for.
    this.#aliases.delete(name as string);
    this.argv([...value.split(' ').filter((word) => word !== ''), ...words.slice(1)]);
    this.#aliases.set(name as string, value);
  }

  repeating(repeated: boolean, action: () => void): void {
    const before = this.#repeated;
    this.#repeated = before || repeated;
    action();
    this.#repeated = before;
  }

  line(text: Word, dialect: ShellDialect): void {
    if (typeof text !== 'string') this.ask(text.text, 'the shell line is known only when the command runs');
    else
      this.#nested(text, () => {
        vetLine(this, text, dialect);
      });
  }

  path(use: PathUse, word: Word): void {
    const finding = vetPath(this.context.paths, this.#directories, use, word);
    if (finding !== undefined) this.findings.push(finding);
  }

  implied(access: ImpliedPaths | undefined): void {
    for (const path of access?.read ?? []) this.path('read', path);
    for (const path of access?.write ?? []) this.path('write', path);
  }

  target(kind: 'url' | 'host', word: Word, method: string | undefined): void {
    this.findings.push(...vetTarget(this.policy.network, this.context.network, kind, word, method));
  }

  variable(name: string, value: Word | undefined): void {
    this.findings.push(...vetVariable(this.policy.variables, name, value));
  }

  within(directory: Word, action: () => void): void {
    const before = this.#directories;
    this.path('read', directory);
    this.#directories = entered(before, directory);
    action();
    this.#directories = before;
  }

  enter(directory: Word | undefined): void {
    // The command may have failed, or run in a shell of its own: both places are possible from here on.
    if (this.#repeated)
      this.ask('cd', 'in a loop or a function, commands before it may be relative to it as well');
    const more = directory === undefined ? [] : entered(this.#directories, directory);
    const known = this.#directories.length > 0 && more.length > 0;
    const all = known ? [...new Set([...this.#directories, ...more])] : [];
    this.#directories = all.length > mostDirectories ? [] : all;
  }

  alias(name: string, value: Word): void {
    this.#aliases.set(name, value);
    this.line(value, 'sh');
    this.ask(`alias ${name}=${textOf(value)}`, 'an alias changes what a name means');
  }
}
