import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './paths.mjs';

/** Runs a program with our own streams; throws when it fails to start, returns its exit code otherwise. */
export function run(file, args, options = {}) {
  const result = spawnSync(file, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

/** As `run`, but ends this script with the program's exit code when that is not 0. */
export function must(file, args, options = {}) {
  const code = run(file, args, options);
  if (code !== 0) {
    console.error(`failed (${code}): ${[file, ...args].join(' ')}`);
    process.exit(code);
  }
}

/** The same for a JavaScript file, run by this very Node. */
export const mustNode = (file, args = [], options = {}) => must(process.execPath, [file, ...args], options);

/** The absolute path of a program on PATH, or undefined. */
export function which(name) {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(dir, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined;
}
