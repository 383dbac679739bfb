import { type LogSnapshot } from './file/snapshot.js';
import { piecesOf } from './pieces.js';

interface Content {
  readonly file: string;
  /** The first record of each writer in it. */
  readonly firsts: ReadonlyMap<string, number>;
  /** The record of an earlier file that its first record is tied to. */
  readonly after: string | undefined;
}

/** Reads a file, and enters it for each of its records into `homes`. */
async function contentOf(log: LogSnapshot, file: string, homes: Map<string, string>): Promise<Content> {
  const firsts = new Map<string, number>();
  let after: string | undefined;
  let records = 0;
  for await (const line of log.lines(file)) {
    for (const piece of piecesOf(line.bytes)) {
      if (piece.kind !== 'record') continue;
      const { writer, seq, hash } = piece.record;
      if (records === 0) ({ after } = piece.record);
      records += 1;
      if (seq < (firsts.get(writer) ?? Infinity)) firsts.set(writer, seq);
      homes.set(hash, file);
    }
  }
  return { file, firsts, after };
}

/** For each file those that were begun before it: a writer never goes back to an earlier one. */
function predecessors(
  contents: readonly Content[],
  homes: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const before = new Map(
    contents.map(({ file, after }) => {
      const home = after === undefined ? undefined : homes.get(after);
      return [file, home === undefined ? [] : [home]] as const;
    }),
  );
  const stays = new Map<string, { seq: number; file: string }[]>();
  for (const { file, firsts } of contents) {
    for (const [writer, seq] of firsts) {
      const files = stays.get(writer);
      if (files === undefined) stays.set(writer, [{ seq, file }]);
      else files.push({ seq, file });
    }
  }
  for (const files of stays.values()) {
    files.sort((a, b) => a.seq - b.seq);
    files.forEach(({ file }, index) => {
      const previous = files[index - 1];
      if (previous !== undefined) before.get(file)?.push(previous.file);
    });
  }
  return before;
}

/**
 * Puts the files of a log into the order in which they were written, which their names may not tell: see `rotatedFiles`. Files that
 * nothing connects stay as they were, and so do files of which each comes before the other, which no writer leaves.
 */
export async function orderByChains(log: LogSnapshot): Promise<string[]> {
  const homes = new Map<string, string>();
  const contents: Content[] = [];
  for (const file of log.files) contents.push(await contentOf(log, file, homes));
  const before = predecessors(contents, homes);
  const ordered = new Set<string>();
  const seen = new Set<string>();
  for (const last of log.files) {
    // A stack of its own: a log may have more files than ours has room for calls.
    const open = [last];
    for (let file = open.at(-1); file !== undefined; file = open.at(-1)) {
      const earlier = seen.has(file) ? undefined : before.get(file);
      seen.add(file);
      if (earlier === undefined) {
        ordered.add(file);
        open.pop();
      } else open.push(...earlier.filter((one) => !seen.has(one)));
    }
  }
  return [...ordered];
}
