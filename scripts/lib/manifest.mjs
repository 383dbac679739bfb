import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { at } from './paths.mjs';

/** @typedef {{ sources: string, files: Record<string, string> }} Manifest */

const file = at('prebuilds', 'manifest.json');

/** @returns {Manifest} */
export function readManifest() {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { sources: '', files: {} };
}

/** @param {Manifest} manifest */
export function writeManifest({ sources, files }) {
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ sources, files: sorted }, null, 2)}\n`);
}

export const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The binaries below prebuilds/, as `linux-x64/moated.glibc.node`. */
export function prebuiltFiles(dir = at('prebuilds')) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(`${dir}/${name}`).map((child) => `${name}/${child}`))
    .sort();
}
