/** Reads the text of a Seatbelt profile: the part of Scheme's syntax that SBPL uses, and its raw strings `#"…"`. */

export interface Name {
  readonly name: string;
}

export type Expression = number | boolean | string | Name | readonly Expression[];

export class SbplError extends Error {}

export function isList(expression: Expression): expression is readonly Expression[] {
  return Array.isArray(expression);
}

export function isName(expression: Expression): expression is Name {
  return typeof expression === 'object' && !isList(expression);
}

const space = /[\s]/;
const delimiter = /[\s()"';]/;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' };

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #fail(problem: string): never {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    throw new SbplError(`line ${line}: ${problem}`);
  }

  /** Passes over blanks and comments; false at the end. */
  #skip(): boolean {
    for (; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text[this.#at]!;
      if (character === ';') {
        const end = this.#text.indexOf('\n', this.#at);
        this.#at = end < 0 ? this.#text.length - 1 : end;
      } else if (!space.test(character)) return true;
    }
    return false;
  }

  /** A string after its opening quote. In a raw one only `\"` means something else than it says. */
  #string(raw: boolean): string {
    let value = '';
    for (this.#at += 1; ; this.#at += 1) {
      const character = this.#text[this.#at];
      if (character === undefined) this.#fail('a string does not end');
      if (character === '"') break;
      if (character !== '\\') {
        value += character;
        continue;
      }
      this.#at += 1;
      const next = this.#text[this.#at] ?? '';
      if (raw) value += next === '"' ? next : `\\${next}`;
      else value += escapes[next] ?? this.#fail(`unknown escape \\${next}`);
    }
    this.#at += 1;
    return value;
  }

  #atom(): Expression {
    const start = this.#at;
    while (this.#at < this.#text.length && !delimiter.test(this.#text[this.#at]!)) this.#at += 1;
    const word = this.#text.slice(start, this.#at);
    if (word === '#t' || word === '#f') return word === '#t';
    if (/^-?\d+(\.\d+)?$/.test(word)) return Number(word);
    return word === '' ? this.#fail('nothing to read') : { name: word };
  }

  #expression(): Expression {
    const character = this.#text[this.#at]!;
    if (character === '(') {
      this.#at += 1;
      const items: Expression[] = [];
      for (;;) {
        if (!this.#skip()) this.#fail('a list does not end');
        if (this.#text[this.#at] === ')') break;
        items.push(this.#expression());
      }
      this.#at += 1;
      return items;
    }
    if (character === ')') this.#fail('a list ends that did not begin');
    if (character === "'") {
      this.#at += 1;
      if (!this.#skip()) this.#fail('nothing is quoted');
      return [{ name: 'quote' }, this.#expression()];
    }
    if (character === '"') return this.#string(false);
    if (this.#text.startsWith('#"', this.#at)) {
      this.#at += 1;
      return this.#string(true);
    }
    return this.#atom();
  }

  all(): readonly Expression[] {
    const found: Expression[] = [];
    while (this.#skip()) found.push(this.#expression());
    return found;
  }
}

export function read(text: string): readonly Expression[] {
  return new Reader(text).all();
}
