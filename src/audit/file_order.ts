import { type LogSnapshot } from './file/snapshot.js';
import { piecesOf } from './pieces.js';

interface Content {
  readonly file: string;
  /** The first record of each writer in it. */
  readonly firsts: ReadonlyMap<string, number>;
  readonly hashes: ReadonlySet<string>;
  /** The record of an earlier file that its first record is tied to. */
  readonly after: string | undefined;
}

async function contentOf(log: LogSnapshot, file: string): Promise<Content> {
  const firsts = new Map<string, number>();
  const hashes = new Set<string>();
  let after: string | undefined;
  for await (const line of log.lines(file)) {
    for (const piece of piecesOf(line.bytes)) {
      if (piece.kind !== 'record') continue;
      const { writer, seq, hash } = piece.record;
      if (hashes.size === 0) ({ after } = piece.record);
      if (seq < (firsts.get(writer) ?? Infinity)) firsts.set(writer, seq);
      hashes.add(hash);
    }
  }
  return { file, firsts, hashes, after };
}

/** True when `one` was begun before `other`: a writer never goes back to an earlier file. */
function precedes(one: Content, other: Content): boolean {
  if (other.after !== undefined && one.hashes.has(other.after)) return true;
  for (const [writer, seq] of other.firsts) {
    const earlier = one.firsts.get(writer);
    if (earlier !== undefined && earlier < seq) return true;
  }
  return false;
}

/**
 * Puts the files of a log into the order in which they were written, which their names may not tell: see `rotatedFiles`. Files that
 * nothing connects stay as they were, and so do files of which each comes before the other, which no writer leaves.
 */
export async function orderByChains(log: LogSnapshot): Promise<string[]> {
  const left: Content[] = [];
  for (const file of log.files) left.push(await contentOf(log, file));
  const ordered: string[] = [];
  while (left.length > 0) {
    const first = left.findIndex((one) => !left.some((other) => other !== one && precedes(other, one)));
    ordered.push(...left.splice(Math.max(0, first), 1).map(({ file }) => file));
  }
  return ordered;
}
