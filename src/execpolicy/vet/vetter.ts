import type { Finding } from '../decision.js';
import type { ShellDialect, VettingContext } from '../context.js';
import type { CompiledPolicy } from '../rules/compile.js';
import type { ImpliedPaths } from '../rule.js';
import type { Word } from '../word.js';

/** What a command may do with a path. */
export type PathUse = 'read' | 'write';

/** One decision in the making. What looks through wrappers gives it the commands, paths and targets that it finds. */
export interface Vetter {
  readonly policy: CompiledPolicy;
  readonly context: VettingContext;
  add(finding: Finding): void;
  ask(subject: string, reason: string): void;
  /** A command. `stdin` is what a here-document gives it. */
  argv(words: readonly Word[], stdin?: Word): void;
  /** A line of a shell. */
  line(text: Word, dialect: ShellDialect): void;
  path(use: PathUse, word: Word): void;
  implied(access: ImpliedPaths | undefined): void;
  target(kind: 'url' | 'host', word: Word, method: string | undefined): void;
  /** A variable that is set. `value` is undefined when it is removed. */
  variable(name: string, value: Word | undefined): void;
  /** Everything that `action` finds is relative to a directory. */
  within(directory: Word, action: () => void): void;
  /** The shell itself goes there: what follows may be relative to it. */
  enter(directory: Word | undefined): void;
  /** What `action` finds may run again after what comes later. */
  repeating(repeated: boolean, action: () => void): void;
  /** A name that stands for other words from here on. */
  alias(name: string, value: Word): void;
}

/** What looking through a command gave: `seen` when what it starts is what decides, `checked` when rules have to decide as well. */
export type Through = 'seen' | 'checked';

/** Looks through one kind of command. Undefined when this use of it starts nothing. */
export type Unwrap = (vetter: Vetter, words: readonly Word[], stdin: Word | undefined) => Through | undefined;
