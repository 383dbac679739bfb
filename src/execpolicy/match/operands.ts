import type { OperandSpec, ValueKind } from '../rule.js';
import type { Word } from '../word.js';

/** An operand of a rule made ready: its kind or the words that are accepted, and how often it may stand. */
export interface CompiledOperand {
  readonly kind: ValueKind | undefined;
  readonly words: ReadonlySet<string> | undefined;
  readonly least: number;
  readonly most: number;
}

/** A word and what it is. */
export interface TypedWord {
  readonly kind: ValueKind;
  readonly word: Word;
}

const bounds: Readonly<Record<string, readonly [number, number]>> = {
  '?': [0, 1],
  '*': [0, Infinity],
  '+': [1, Infinity],
};

export function compileOperands(specs: readonly OperandSpec[]): readonly CompiledOperand[] {
  return specs.map((spec) => {
    if (typeof spec !== 'string') return { kind: undefined, words: new Set(spec), least: 1, most: 1 };
    const [least, most] = bounds[spec.slice(-1)] ?? [1, 1];
    return { kind: spec.replace(/[?*+]$/, '') as ValueKind, words: undefined, least, most };
  });
}

function accepts(spec: CompiledOperand, word: Word): boolean {
  if (spec.words !== undefined) return typeof word === 'string' && spec.words.has(word);
  return spec.kind !== 'number' || (typeof word === 'string' && /^\d+$/.test(word));
}

/**
 * Says what each operand is, or undefined when there are too few, too many, or one does not fit. Operands that may be missing are filled
 * from the left.
 */
export function typeOperands(
  specs: readonly CompiledOperand[],
  words: readonly Word[],
): readonly TypedWord[] | undefined {
  let spare = words.length;
  for (const { least } of specs) spare -= least;
  if (spare < 0) return undefined;
  const typed: TypedWord[] = [];
  let at = 0;
  for (const spec of specs) {
    const extra = Math.min(spare, spec.most - spec.least);
    spare -= extra;
    for (const end = at + spec.least + extra; at < end; at += 1) {
      const word = words[at];
      if (word === undefined || !accepts(spec, word)) return undefined;
      typed.push({ kind: spec.kind ?? 'text', word });
    }
  }
  return at === words.length ? typed : undefined;
}
