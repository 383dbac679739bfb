import type { VettingContext } from '../context.js';
import { baseName } from '../lexical.js';
import type { PinnedExecutable } from '../rule.js';

/** Directories that only root writes. */
const systemDirectories = ['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin'];

export interface Program {
  /** What rules call it. */
  readonly name: string;
  /** Why it may be another program than its name says; undefined when it is the one. */
  readonly doubt: string | undefined;
}

function isPlain(path: string): boolean {
  return path.startsWith('/') && !/\/(?:\.{0,2}(?:\/|$))/.test(path);
}

function isSystem(path: string): boolean {
  return systemDirectories.includes(path.slice(0, path.lastIndexOf('/')));
}

function pinDoubt(
  pins: readonly PinnedExecutable[],
  path: string,
  digest: string | undefined,
): string | undefined {
  const found = pins.filter(({ paths }) => paths.includes(path));
  if (found.length === 0) return `the executable ${path} is not one that the policy lists for this name`;
  if (found.some((pin) => pin.digest === undefined || pin.digest === digest)) return undefined;
  return `the executable ${path} does not have the digest that the policy lists`;
}

/** An executable that the command itself could have written is not the one that a rule means. */
function placeDoubt(path: string, context: VettingContext): string | undefined {
  if (!isPlain(path)) return 'the path of the executable is not plain';
  if (isSystem(path) || !context.paths.write(path).allowed) return undefined;
  return `the executable ${path} could be written by the command itself`;
}

/** Which program a first word names, and whether rules that allow may trust the name. */
export function identify(
  word: string,
  pins: ReadonlyMap<string, readonly PinnedExecutable[]>,
  context: VettingContext,
): Program {
  const slash = word.includes('/');
  const name = slash ? baseName(word) : word;
  const pinned = pins.get(name);
  if (slash) {
    if (!word.startsWith('/')) return { name, doubt: 'the executable is named by a relative path' };
    if (pinned === undefined || !isPlain(word)) return { name, doubt: placeDoubt(word, context) };
    return { name, doubt: pinDoubt(pinned, word, context.program?.(word)?.digest) };
  }
  if (context.program === undefined) {
    return {
      name,
      doubt:
        pinned === undefined ? undefined : 'the executable is pinned, and where its name leads is not known',
    };
  }
  const found = context.program(name);
  // Not on the path: a builtin of the shell, or nothing that could start.
  if (found === undefined)
    return { name, doubt: pinned === undefined ? undefined : 'the pinned executable was not found' };
  return {
    name,
    doubt:
      pinned === undefined ? placeDoubt(found.path, context) : pinDoubt(pinned, found.path, found.digest),
  };
}
