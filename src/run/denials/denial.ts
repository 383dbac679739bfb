/** Something that the kernel refused, as its log has it. */
export interface Denial {
  /** The name of the process, which it can choose itself. */
  readonly process: string;
  readonly pid: number;
  /** In the words of Seatbelt, such as `file-read-data`. */
  readonly operation: string;
  /** A path, an address, the name of a service; empty for operations without one. */
  readonly target: string;
}

/** Longest name of a process in the kernel, in bytes. */
const longestName = 32;

const opening = /^(?:\d{1,9} duplicate reports? for )?Sandbox: /;
const refused = /\((\d{1,9})\) deny\(\d{1,4}\) ([a-z][a-z0-9-]*\*?)(?: |$)/g;

/**
 * What a report says: `Sandbox: cat(1234) deny(1) file-read-data /private/etc/passwd`, or the same after `3 duplicate reports for`.
 *
 * Name and target are the program's to choose, and may hold what looks like the rest. Where a name has room for it, the text can be
 * read in several ways, and all are given: the true one is among them, so nothing is hidden by a name, and the others say nothing
 * about anybody else, since the tag says whose report it is. None when it is no refusal in a form that is known.
 */
export function readDenials(report: string): readonly Denial[] {
  const start = opening.exec(report)?.[0].length;
  if (start === undefined) return [];
  const body = report.slice(start);
  const found: Denial[] = [];
  for (const match of body.matchAll(refused)) {
    const process = body.slice(0, match.index);
    if (Buffer.byteLength(process) > longestName) break;
    const [whole, pid = '', operation = ''] = match;
    found.push({ process, pid: Number(pid), operation, target: body.slice(match.index + whole.length) });
  }
  return found;
}
