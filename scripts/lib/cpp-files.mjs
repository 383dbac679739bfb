import { existsSync, readdirSync } from 'node:fs';
import { at } from './paths.mjs';

/** Every C++ source and header below native/, relative to the root. */
export function cppFiles(folder = 'native') {
  if (!existsSync(at(folder))) return [];
  return readdirSync(at(folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return cppFiles(path);
      return /\.(?:cc|h)$/.test(path) ? [path] : [];
    })
    .sort();
}
