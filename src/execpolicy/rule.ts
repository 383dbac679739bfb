/** The rules of execpolicy as data. `schemas/execpolicy.schema.json` says the same; a test holds both together. */

/** What vetting answers, from the least to the most strict. */
export type Answer = 'allow' | 'ask' | 'deny';

/**
 * What a word of a command is:
 * `text` decides nothing · `number` is digits · `read`, `write` are paths · `cwd` is the directory that the paths after it are relative to
 * · `url`, `host` are network targets · `sed`, `awk` are programs that must neither execute nor write.
 */
export type ValueKind = 'text' | 'number' | 'read' | 'write' | 'cwd' | 'url' | 'host' | 'sed' | 'awk';

/** Paths that a command uses without naming them, relative to its working directory. */
export interface ImpliedPaths {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
}

/** `flag` takes no value, `optional` an attached one only (`--color=auto`, `-i.bak`), every other kind its own or the next word. */
export type OptionKind = 'flag' | 'optional' | ValueKind;

/** An option that means more than its value. */
export interface OptionDetail {
  readonly value: OptionKind;
  /** What using the option reads and writes. */
  readonly access?: ImpliedPaths;
  /** The method of the requests that the command then makes; `value` when the option's value is the method. */
  readonly method?: string;
}

/** By their spelling: `-n`, `--lines`. `*` accepts every other option and is for programs whose options are all harmless. */
export type OptionTable = Readonly<Record<string, OptionKind | OptionDetail>>;

/**
 * One operand: a kind, with `?` when it may be missing, `*` for any number, `+` for one or more; at most one operand may repeat. A list
 * is the words that are accepted.
 */
export type OperandSpec = string | readonly string[];

/** A word, or the words that are accepted in its place. */
export type PatternElement = string | readonly string[];

/** An example as a shell line of one command, or as an argv. */
export type Example = string | readonly string[];

interface Ruling {
  /** Unique in its file. */
  readonly id: string;
  readonly decision: Answer;
  readonly justification: string;
  /** What to do instead. */
  readonly suggestion?: string;
}

/**
 * A rule about commands. Without `options` and `operands` whatever follows the pattern matches; with one of them, nothing but what they
 * list.
 */
export interface CommandRule extends Ruling {
  /** The first words. The first of all is a program. */
  readonly pattern: readonly PatternElement[];
  /** Nothing may follow the pattern. */
  readonly exact?: boolean;
  readonly options?: OptionTable;
  readonly operands?: readonly OperandSpec[];
  /** Options end at the first operand. */
  readonly optionsFirst?: boolean;
  /** Each element has to be among the words after the pattern; single letters also inside of a cluster such as `-rf`. */
  readonly contains?: readonly PatternElement[];
  /** One of the words after the pattern leads to one of these paths. `~` is the home directory. */
  readonly touches?: readonly string[];
  readonly access?: ImpliedPaths;
  /**
   * Applies only where no other rule does. For `ask` alone: it gives a reason to what would be asked for anyway, and gets out of the way of
   * rules of other files.
   */
  readonly fallback?: boolean;
  /** Commands that this rule has to match. Checked when the policy is loaded. */
  readonly match?: readonly Example[];
  readonly notMatch?: readonly Example[];
}

/** A rule about network targets that commands name. */
export interface NetworkRule extends Ruling {
  /** `example.com`, `*.example.com` for every name below, an address, or `*`. */
  readonly hosts: readonly string[];
  /** Any port when absent. */
  readonly ports?: readonly number[];
  /** Any method when absent. Only `http` and `https` have methods. */
  readonly methods?: readonly string[];
  /** URLs that this rule has to match. */
  readonly match?: readonly string[];
  readonly notMatch?: readonly string[];
}

/** A rule about variables that a shell line sets. */
export interface VariableRule extends Ruling {
  /** Names; `*` stands for any characters. */
  readonly names: readonly string[];
  /** Only names without upper-case letters, which by convention no program reads from its environment. */
  readonly lowerCase?: boolean;
}

/** Where the executable of a name has to be for a rule to allow it. */
export interface PinnedExecutable {
  readonly name: string;
  /** Absolute paths. */
  readonly paths: readonly string[];
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string;
}

/** Options that may stand between a program and its subcommand. */
export interface ProgramSpec {
  readonly name: string;
  readonly options: OptionTable;
}

/** A policy file. */
export interface PolicyFile {
  readonly $schema?: string;
  readonly version: 1;
  readonly name: string;
  readonly description?: string;
  readonly rules?: readonly CommandRule[];
  readonly network?: readonly NetworkRule[];
  readonly variables?: readonly VariableRule[];
  readonly executables?: readonly PinnedExecutable[];
  readonly programs?: readonly ProgramSpec[];
  /** Rules of other files, as `name/id`, that this file takes the place of. */
  readonly replaces?: readonly string[];
}
