import { readFileSync } from 'node:fs';
import { at } from './paths.mjs';

/** native/sources.json: the lists of C++ files per purpose and operating system. */
export const sources = JSON.parse(readFileSync(at('native/sources.json'), 'utf8'));

/** The lists that make up each binary, next to those of the operating system. */
const binaries = {
  addon: ['addon', 'engine'],
  launcher: ['launcher', 'engine'],
  init: ['init'],
  // What the launcher is on macOS.
  stage: ['stage'],
};

/** The lists of each operating system. */
const systems = { linux: ['posix', 'linux'], macos: ['posix', 'macos'], windows: ['windows'] };

/** Every list that an ordinary build on an operating system compiles, tests included. */
export function listsOn(os) {
  const launcher =
    os === 'linux' ? [...binaries.launcher, ...binaries.init] : os === 'macos' ? binaries.stage : [];
  return [...new Set([...binaries.addon, ...launcher, ...systems[os], 'tests'])];
}

/** The sources of one binary, relative to the root. @param {string} os linux, macos or windows */
export function sourcesOf(binary, os) {
  const alone = binary === 'init' || binary === 'stage';
  const lists = alone ? binaries[binary] : [...binaries[binary], ...systems[os]];
  return lists.flatMap((list) => sources[list]);
}
