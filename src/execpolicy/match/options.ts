import type { OptionDetail, OptionKind, OptionTable } from '../rule.js';
import { type DynamicWord, type Word } from '../word.js';

/** An option as it was used. */
export interface OptionUse {
  readonly name: string;
  readonly detail: OptionDetail;
  readonly value?: Word;
}

export interface Scanned {
  readonly uses: readonly OptionUse[];
  readonly operands: readonly Word[];
}

/** An option table made ready for lookups. */
export interface CompiledOptions {
  readonly byName: ReadonlyMap<string, OptionDetail>;
  readonly longNames: readonly string[];
  /** Every option that is not listed is accepted too: none of them does harm. */
  readonly open: boolean;
}

export function compileOptions(table: OptionTable): CompiledOptions {
  const entries = Object.entries(table).map(([name, one]): [string, OptionDetail] => [
    name,
    typeof one === 'string' ? { value: one } : one,
  ]);
  const names = entries.map(([name]) => name);
  return {
    byName: new Map(entries),
    longNames: names.filter((name) => name.startsWith('--')),
    open: names.includes('*'),
  };
}

const flag: OptionDetail = { value: 'flag' };

function takesNext(kind: OptionKind): boolean {
  return kind !== 'flag' && kind !== 'optional';
}

/** Reads words the way that getopt does, and gives up on everything that it is not sure about. */
class Scanner {
  readonly uses: OptionUse[] = [];
  readonly operands: Word[] = [];
  #at = 0;

  constructor(
    private readonly words: readonly Word[],
    private readonly options: CompiledOptions,
    private readonly optionsFirst: boolean,
  ) {}

  /** False when there is an option that the table does not list. */
  run(): boolean {
    for (; this.#at < this.words.length; this.#at += 1) {
      const word = this.words[this.#at];
      if (word === undefined) return true;
      if (this.optionsFirst && this.operands.length > 0) this.operands.push(word);
      else if (word === '--') {
        this.#rest();
        return (
          this.options.open || this.operands.every((one) => typeof one === 'string' || one.count !== 'any')
        );
      } else if (typeof word !== 'string') {
        if (!this.#dynamic(word)) return false;
      } else if (word.length < 2 || !word.startsWith('-')) this.operands.push(word);
      else if (!(word.startsWith('--') ? this.#long(word) : this.#short(word))) return false;
    }
    return true;
  }

  #rest(): void {
    this.operands.push(...this.words.slice(this.#at + 1));
  }

  #use(name: string, detail: OptionDetail, value?: Word): boolean {
    this.uses.push(value === undefined ? { name, detail } : { name, detail, value });
    return true;
  }

  /** An option whose value is the next word. */
  #useNext(name: string, detail: OptionDetail): boolean {
    this.#at += 1;
    const value = this.words[this.#at];
    if (value === undefined) return this.options.open;
    if (typeof value !== 'string' && value.count !== 'one' && !this.options.open) return false;
    return this.#use(name, detail, value);
  }

  #find(name: string): OptionDetail | undefined {
    const exact = this.options.byName.get(name);
    if (exact !== undefined || !this.options.open) return exact;
    // A long option may be shortened.
    const whole = name.startsWith('--')
      ? this.options.longNames.find((long) => long.startsWith(name))
      : undefined;
    return whole === undefined ? flag : this.options.byName.get(whole);
  }

  #long(word: string): boolean {
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    const detail = this.#find(name);
    if (detail === undefined) return false;
    if (equals === -1) return takesNext(detail.value) ? this.#useNext(name, detail) : this.#use(name, detail);
    if (detail.value === 'flag' && !this.options.open) return false;
    return this.#use(name, detail, word.slice(equals + 1));
  }

  /** `-name` as a whole, or letters of which the last may take the rest as its value. */
  #short(word: string): boolean {
    const whole = this.options.byName.get(word);
    if (whole !== undefined)
      return takesNext(whole.value) ? this.#useNext(word, whole) : this.#use(word, whole);
    for (let at = 1; at < word.length; at += 1) {
      const name = `-${word.charAt(at)}`;
      const detail = this.#find(name);
      if (detail === undefined) return false;
      if (detail.value !== 'flag') {
        const rest = word.slice(at + 1);
        if (rest !== '' || detail.value === 'optional') return this.#use(name, detail, rest);
        return this.#useNext(name, detail);
      }
      this.#use(name, detail);
    }
    return true;
  }

  /** A word that may become an option, unless its beginning says otherwise. */
  #dynamic(word: DynamicWord): boolean {
    const { prefix } = word;
    if (this.options.open && !prefix.startsWith('-')) return this.operands.push(word) > 0;
    if ((word.count === 'any' && !this.options.open) || prefix === '') return false;
    if (!prefix.startsWith('-')) return this.operands.push(word) > 0;
    const equals = prefix.startsWith('--') ? prefix.indexOf('=') : 1;
    if (equals < 1 || (equals === 1 && prefix.length < 2)) return this.options.open;
    const name = equals === 1 ? prefix.slice(0, 2) : prefix.slice(0, equals);
    const detail = this.#find(name);
    if (detail === undefined || (detail.value === 'flag' && !this.options.open)) return false;
    const value = { text: word.text, prefix: prefix.slice(equals === 1 ? 2 : equals + 1), count: word.count };
    return this.#use(name, detail, value);
  }
}

/** Tells options and operands apart, or undefined when a word cannot be understood with this table. */
export function scanOptions(
  words: readonly Word[],
  options: CompiledOptions,
  optionsFirst: boolean,
): Scanned | undefined {
  const scanner = new Scanner(words, options, optionsFirst);
  return scanner.run() ? scanner : undefined;
}
