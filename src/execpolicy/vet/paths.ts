import { type Finding } from '../decision.js';
import type { PathAccess } from '../context.js';
import { absolute, isStream, normalized } from '../lexical.js';
import { type Word } from '../word.js';
import type { PathUse } from './vetter.js';

/** Where relative paths may lead: every directory that the command may be in; none when it is not known. */
export type Directories = readonly string[];

const suggestions: Readonly<Record<PathUse, string>> = {
  read: 'grant it with filesystem.allowRead, or use a copy in the workspace',
  write: 'write inside of the workspace under a profile that writes, or grant it with filesystem.allowWrite',
};

/** What a profile says about a path that a command names; undefined when it may be used. */
export function vetPath(
  access: PathAccess,
  directories: Directories,
  use: PathUse,
  word: Word,
): Finding | undefined {
  if (typeof word !== 'string') {
    return {
      decision: 'ask',
      reason: `the path to ${use} is known only when the command runs`,
      subject: word.text,
    };
  }
  // Standard input or output, by the convention of every tool that takes files.
  if (word === '-' || word === '' || isStream(word)) return undefined;
  if (!word.startsWith('/') && directories.length === 0) {
    return {
      decision: 'ask',
      reason: 'the directory that this path is relative to is not known',
      subject: word,
    };
  }
  for (const directory of word.startsWith('/') ? ['/'] : directories) {
    const path = absolute(word, directory);
    const verdict = access[use](path);
    if (verdict.allowed) continue;
    return {
      decision: 'deny',
      reason: `the profile does not let it be ${use === 'read' ? 'read' : 'written'} (${verdict.rule})`,
      suggestion: suggestions[use],
      subject: word,
    };
  }
  return undefined;
}

/** Whether a word leads to one of some paths, as far as its text says. `~` is the home directory. */
export function touches(
  paths: readonly string[],
  directories: Directories,
  home: string | undefined,
  word: Word,
): boolean {
  const wanted = paths
    .map((path) =>
      path === '~' || path.startsWith('~/') ? (home === undefined ? undefined : home + path.slice(1)) : path,
    )
    .filter((path) => path !== undefined);
  if (typeof word === 'string') {
    if (word.startsWith('-') && !word.includes('/')) return false;
    const value = word.startsWith('-') ? word.slice(word.indexOf('/')) : word;
    return (value.startsWith('/') ? ['/'] : directories).some((directory) =>
      wanted.includes(normalized(absolute(value, directory))),
    );
  }
  // Everything in a directory is as much as the directory.
  const parent = word.prefix.slice(0, word.prefix.lastIndexOf('/') + 1);
  if (word.count !== 'glob' || parent === '' || parent !== word.prefix) return false;
  return directories
    .concat('/')
    .some((directory) => wanted.includes(normalized(absolute(parent, directory))));
}

/** The directories after going to one. */
export function entered(directories: Directories, word: Word): Directories {
  if (typeof word !== 'string') return [];
  return word.startsWith('/') ? [word] : directories.map((directory) => absolute(word, directory));
}
