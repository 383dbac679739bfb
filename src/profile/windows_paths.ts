import { ProfileError } from '../errors.js';

/** What only the machine knows about a path. Handed in, since nothing here reads a file. */
export interface WindowsFacts {
  /** Where a junction, a symbolic link, a mounted folder or a substituted drive leads, absolute; undefined for all else. */
  target(path: string): string | undefined;
  /** How the last name of a path is stored: in the spelling of the disk, and long where the path has a short one. Undefined for nothing. */
  storedName(path: string): string | undefined;
}

/** Facts for paths that the resolver of profiles has looked up already. */
const alreadyCanonical: WindowsFacts = {
  target: () => undefined,
  storedName: (path) => path.slice(path.lastIndexOf('\\') + 1),
};

const mostLinks = 40;
// `con.txt` and `nul .log` are devices as well: all that counts is what comes before the first dot, without spaces.
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])$/iu;
// eslint-disable-next-line no-control-regex -- they are what is refused
const refusedCharacter = /[<>"|?*\u0000-\u001f]/u;
const halfCharacter = /\p{Surrogate}/u;
const shortName = /^[^.~]{0,8}~[0-9]{1,6}(?:\.[^.]{0,3})?$/u;

function refuse(path: string, problem: string): never {
  throw new ProfileError('ERR_INVALID_PATH', `The path ${JSON.stringify(path)} ${problem}`, {
    subject: path,
  });
}

/** A path without its prefix, and whether the prefix turned the system's own interpretation off. */
function withoutPrefix(path: string): { readonly rest: string; readonly verbatim: boolean } {
  const slashes = path.replaceAll('/', '\\');
  if (/^\\\\\.(?:\\|$)/u.test(slashes))
    refuse(path, 'names a device (`\\\\.\\`). Name a file or a directory.');
  const verbatim = /^\\(?:\\|\?)\?\\/u.test(slashes);
  const rest = verbatim ? slashes.slice(4) : slashes;
  if (/^(?:UNC\\)/iu.test(verbatim ? rest : '') || (!verbatim && rest.startsWith('\\\\'))) {
    refuse(
      path,
      'is on another machine (UNC). What another machine enforces is not known; use a folder of a local drive.',
    );
  }
  if (verbatim && !/^[a-z]:\\/iu.test(rest)) {
    refuse(path, 'names a device or a volume (`\\\\?\\`). Name it by its drive.');
  }
  return { rest, verbatim };
}

function checkName(path: string, name: string): void {
  if (name.includes(':')) {
    refuse(
      path,
      'names a stream of a file (`file:stream`). A file and all its streams have one access list: name the file.',
    );
  }
  // A disk can store such a name, but UTF-8, which the addon is told paths in, cannot say it.
  if (halfCharacter.test(name))
    refuse(path, `has half of a character (a lone surrogate) in ${JSON.stringify(name)}.`);
  if (refusedCharacter.test(name))
    refuse(path, `has a character in ${JSON.stringify(name)} that no file name can have.`);
  const stem = name.split('.', 1)[0] ?? '';
  if (device.test(stem.trimEnd()))
    refuse(path, `names a device: ${JSON.stringify(name)} is reserved in every folder.`);
}

/** A name as the system would look it up: dots and spaces at its end are dropped, unless they are meant. */
function looked(path: string, name: string, verbatim: boolean): string {
  const kept = name.replace(/[. ]+$/u, '');
  if (kept === name) return name;
  if (verbatim || kept === '') {
    refuse(
      path,
      `has a name that ends in a dot or a space (${JSON.stringify(name)}), which most programs cannot reach.`,
    );
  }
  return kept;
}

function split(path: string): { readonly drive: string; readonly names: string[] } {
  const { rest, verbatim } = withoutPrefix(path);
  const [, drive = ''] = /^([a-z]):\\/iu.exec(rest) ?? [];
  if (drive === '') {
    if (/^[a-z]:/iu.test(rest))
      refuse(path, 'is relative to the working directory of a drive. Write the whole path.');
    refuse(
      path,
      rest.startsWith('\\')
        ? 'has no drive. Write the whole path.'
        : 'is not absolute. Write the whole path.',
    );
  }
  const names: string[] = [];
  for (const name of rest.slice(3).split('\\')) {
    if (name === '' || (name === '.' && !verbatim)) continue;
    if (name === '..' && !verbatim) {
      names.pop();
      continue;
    }
    checkName(path, name);
    names.push(looked(path, name, verbatim));
  }
  return { drive: drive.toUpperCase(), names };
}

/**
 * The one spelling of a path: `C:\Users\me`, with the names as the disk stores them and without anything that leads elsewhere. A path
 * that can mean more than one thing, or no file at all, is refused.
 */
export function canonicalWindowsPath(path: string, facts: WindowsFacts = alreadyCanonical): string {
  const { drive, names } = split(path);
  let current = `${drive}:`;
  const pending = names.reverse();
  let links = 0;
  const follow = (at: string): boolean => {
    const target = facts.target(at);
    if (target === undefined) return false;
    if ((links += 1) > mostLinks) refuse(path, 'leads through a cycle of links.');
    const led = split(target);
    current = `${led.drive}:`;
    pending.push(...led.names.reverse());
    return true;
  };
  follow(`${current}\\`);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const next = `${current}\\${name}`;
    const stored = facts.storedName(next);
    if (stored === undefined && shortName.test(name)) {
      refuse(
        path,
        `has a name that looks like a short one (${JSON.stringify(name)}), and nothing is there that tells the long one.`,
      );
    }
    const at = `${current}\\${stored ?? name}`;
    if (!follow(at)) current = at;
  }
  return current.length === 2 ? `${current}\\` : current;
}

/** Names are compared as NTFS does, letter by letter in upper case: `ß` is not `SS`. */
export function foldPath(path: string): string {
  return Array.from({ length: path.length }, (_, index) => {
    const unit = path.charAt(index);
    const upper = unit.toUpperCase();
    return upper.length === 1 ? upper : unit;
  }).join('');
}

/** True when `path` is the root of `tree` or lies below it. Both canonical. */
export function isInsideWindows(path: string, tree: string): boolean {
  const inner = foldPath(path);
  const outer = foldPath(tree);
  return inner === outer || inner.startsWith(outer.endsWith('\\') ? outer : `${outer}\\`);
}

export function isInsideAnyWindows(path: string, trees: readonly string[]): boolean {
  return trees.some((tree) => isInsideWindows(path, tree));
}

/** The fewest trees that cover the same paths, sorted. */
export function outermostWindows(trees: readonly string[]): readonly string[] {
  const sorted = [...trees].sort((a, b) => (foldPath(a) < foldPath(b) ? -1 : 1));
  const kept: string[] = [];
  for (const tree of sorted) if (!isInsideAnyWindows(tree, kept)) kept.push(tree);
  return kept;
}

/** The directories strictly between a tree and a path in it, outermost first. */
export function directoriesBetween(tree: string, path: string): readonly string[] {
  const found: string[] = [];
  for (let end = path.lastIndexOf('\\'); end > tree.length; end = path.lastIndexOf('\\', end - 1)) {
    found.unshift(path.slice(0, end));
  }
  return found;
}
