import type { Word } from '../word.js';

/** A file that the shell opens, or the text that it gives as standard input. */
export interface Redirection {
  readonly use: 'read' | 'write' | 'both' | 'text';
  readonly target: Word;
}

export interface ShellAssignment {
  readonly name: string;
  readonly value: Word;
}

/** A simple command; without words, assignments and redirections of the shell itself. */
export interface ShellCommand {
  readonly type: 'command';
  readonly assignments: readonly ShellAssignment[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  /** It stands in a loop or a function, and may run again after what comes later. */
  readonly repeated: boolean;
}

/** A function, whose commands came before. `settled` when every later command finds it defined. */
export interface ShellFunction {
  readonly type: 'function';
  readonly name: string;
  readonly settled: boolean;
}

/** A test or a calculation of the shell itself. What it runs came before. */
export interface ShellTest {
  readonly type: 'test';
}

export type ShellStep = ShellCommand | ShellFunction | ShellTest;

/** A shell line as what it may run, in order. Whether and how often each part runs makes no difference to vetting. */
export interface ShellScript {
  readonly steps: readonly ShellStep[];
  /** What was not understood, or is read differently by another shell. */
  readonly doubts: readonly string[];
}
