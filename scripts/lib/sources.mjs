import { readFileSync } from 'node:fs';
import { at } from './paths.mjs';

/** native/sources.json: the lists of C++ files per purpose and operating system. */
export const sources = JSON.parse(readFileSync(at('native/sources.json'), 'utf8'));

/** The lists that make up each binary, next to the list of the operating system. */
export const binaries = {
  addon: ['addon', 'engine', 'common'],
  launcher: ['launcher', 'engine', 'common'],
  init: ['init'],
};

/** The sources of one binary, relative to the root. @param {string} os key of sources.json */
export function sourcesOf(binary, os) {
  const lists = binary === 'init' ? binaries.init : [...binaries[binary], os];
  return lists.flatMap((list) => sources[list]);
}
