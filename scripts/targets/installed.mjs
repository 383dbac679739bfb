// The package as a user gets it: packed, and installed with scripts disabled into an empty project.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../lib/paths.mjs';
import { cached } from './cache.mjs';

/** The binaries that are run. */
export const prebuilds = process.env.MOATED_PREBUILDS ?? at('prebuilds');

let project;

/** The project, made once for all machines. `node scripts/smoke.mjs .` in it runs what is promised. */
export function installedPackage() {
  if (project) return project;
  const folder = mkdtempSync(join(cached('work'), 'installed-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const npm = (cwd, ...args) =>
    execFileSync('npm', [...args, '--ignore-scripts'], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const [{ filename }] = Object.values(JSON.parse(npm(at(), 'pack', '--json', '--pack-destination', folder)));
  const app = join(folder, 'app');
  for (const name of ['scripts/smoke.mjs', 'scripts/lib/paths.mjs']) cpSync(at(name), join(app, name));
  writeFileSync(join(app, 'package.json'), '{ "private": true }');
  npm(app, 'install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename));
  if (prebuilds !== at('prebuilds')) {
    cpSync(prebuilds, join(app, 'node_modules/moated/prebuilds'), { recursive: true });
  }
  project = app;
  return project;
}
