import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { at, root } from './paths.mjs';

/** Everything but the unit tests that decides what the native build produces. */
const inputs = ['CMakeLists.txt', 'cmake', 'native', 'scripts/prebuild'];
const source = /\.(?:cc|h|json|map|cmake|mjs|txt)$|^cmake\/zig-/;
const skipped = new Set(['native/test', 'scripts/prebuild/node_modules', 'scripts/prebuild/build']);

function* files(path) {
  if (!existsSync(at(path))) return;
  if (source.test(path)) yield path;
  if (skipped.has(path) || /\.[a-z]+$/.test(path) || source.test(path)) return;
  for (const entry of readdirSync(at(path), { withFileTypes: true })) {
    const child = relative(root, join(at(path), entry.name)).replaceAll('\\', '/');
    if (entry.isDirectory()) yield* files(child);
    else if (source.test(child)) yield child;
  }
}

/** The files whose bytes are hashed, sorted, relative to the root. */
export function nativeInputs({ tests = false } = {}) {
  const list = inputs.flatMap((path) => [...files(path)]);
  return [...new Set(tests ? [...list, ...testFiles()] : list)].sort();
}

function testFiles() {
  const dir = at('native/test');
  return existsSync(dir) ? readdirSync(dir).map((name) => `native/test/${name}`) : [];
}

/** Versions that end up in the binaries: our own, and those of the header packages. */
function versions() {
  const lock = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));
  const of = (name) => lock.packages[`node_modules/${name}`]?.version;
  return {
    moated: JSON.parse(readFileSync(at('package.json'), 'utf8')).version,
    'node-addon-api': of('node-addon-api'),
    'node-api-headers': of('node-api-headers'),
  };
}

/** One hash of all native sources and build files. */
export function nativeHash(options) {
  const hash = createHash('sha256').update(JSON.stringify(versions()));
  for (const file of nativeInputs(options)) {
    hash.update(`\0${file}\0`).update(readFileSync(at(file)));
  }
  return hash.digest('hex');
}
