/** One entry of the kernel's log that carries a tag of ours. */
export interface KernelLine {
  /** `moated.run.UUID`, or `moated.beacon.UUID` for an entry that was provoked to see whether the log is being read. */
  readonly tag: string;
  /** What Seatbelt reported. The program that was refused has a part in this text. */
  readonly report: string;
}

/** The part of the kernel that Seatbelt is. `log` writes down who made an entry; the text of the entry cannot change that. */
const sender = '/System/Library/Extensions/Sandbox.kext/Contents/MacOS/Sandbox';

const tagged = /^moated\.(?:run|beacon)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The first line that `log` prints is no JSON, and says what it was asked for.
    return undefined;
  }
}

/**
 * Reads one line of `log stream --style ndjson`. Undefined for everything but an entry that the kernel made for a rule with a tag.
 *
 * The tag is a line of its own at the end, behind all text that a program can choose: a path with a line that looks like a tag comes
 * before it. Any process can write an entry with such a text, but only the kernel's entries are of process 0 and of this sender.
 */
export function readKernelLine(line: string): KernelLine | undefined {
  const entry = parse(line) as Readonly<Record<string, unknown>> | null | undefined;
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { processID, senderImagePath, eventMessage } = entry;
  if (processID !== 0 || senderImagePath !== sender || typeof eventMessage !== 'string') return undefined;
  const end = eventMessage.lastIndexOf('\n');
  const tag = eventMessage.slice(end + 1);
  return end >= 0 && tagged.test(tag) ? { tag, report: eventMessage.slice(0, end) } : undefined;
}
