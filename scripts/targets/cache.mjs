import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloads and what is made of them are kept: outside the repository, since kernels are large and live long. */
export const cacheRoot = process.env.MOATED_TARGETS_CACHE ?? join(homedir(), '.cache', 'moated-targets');

/** A folder of the cache. */
export function cached(...parts) {
  const folder = join(cacheRoot, ...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}
