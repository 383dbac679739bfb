import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { at } from './paths.mjs';

const folder = at('node_modules', '.cache', 'moated');

/** One hash over files and folders, relative to the root. */
export function hashOf(paths) {
  const hash = createHash('sha256');
  const add = (path) => {
    const entries = readdirSync(at(path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.isDirectory()) add(`${path}/${entry.name}`);
      else addFile(`${path}/${entry.name}`);
    }
  };
  const addFile = (path) => hash.update(`\0${path}\0`).update(readFileSync(at(path)));
  for (const path of paths) {
    if (/\.\w+$/.test(path)) addFile(path);
    else add(path);
  }
  return hash.digest('hex');
}

/** True when the last build of that name was made from sources with this hash. */
export function isFresh(name, hash) {
  const file = `${folder}/${name}.stamp`;
  return existsSync(file) && readFileSync(file, 'utf8') === hash;
}

export function setFresh(name, hash) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}.stamp`, hash);
}
