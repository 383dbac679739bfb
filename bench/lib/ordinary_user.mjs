// The figures are those of an ordinary user: root has other costs (no user namespace maps to write) and is not who runs agents.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { root } from './paths.mjs';

const nobody = 65534;

/** The package, and every directory above it, must be open to the user that the bench runs as. */
function requireReadable() {
  try {
    for (let path = root; path !== dirname(path); path = dirname(path)) accessSync(path, constants.X_OK);
    for (const path of [root, `${root}/dist/index.js`, `${root}/package.json`])
      accessSync(path, constants.R_OK);
    accessSync(process.execPath, constants.X_OK);
  } catch (error) {
    throw new Error(
      `uid ${process.getuid()} cannot use ${error.path}: run \`npm run build\` first, and keep the tree and Node readable for every user`,
      { cause: error },
    );
  }
}

/** Run by root, does the whole bench in a child without any privilege and answers true. */
export function asOrdinaryUser() {
  if (process.getuid() !== 0) {
    requireReadable();
    return false;
  }
  const ids = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
  const command = [...ids, '--inh-caps=-all', process.execPath, ...process.argv.slice(1)];
  const { error, status } = spawnSync('setpriv', command, { stdio: 'inherit', cwd: '/' });
  if (error) throw new Error(`cannot become an ordinary user: setpriv: ${error.message}`, { cause: error });
  process.exitCode = status ?? 2;
  return true;
}
