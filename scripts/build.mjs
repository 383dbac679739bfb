// npm run build:dist [-- --if-stale]     dist/, from src/. Not called `build`: npm would run `prebuild` first.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { mustNode } from './lib/exec.mjs';
import { lock } from './lib/lock.mjs';
import { at } from './lib/paths.mjs';
import { hashOf, isFresh, setFresh } from './lib/stamp.mjs';

const inputs = [
  'src',
  'tsup.config.ts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
  'package-lock.json',
];

lock('dist');
const hash = hashOf(inputs);
const fresh = existsSync(at('dist/index.js')) && isFresh('dist', hash);
if (!(process.argv.includes('--if-stale') && fresh) && existsSync(at('src/index.ts'))) {
  // Built beside and moved, so that nobody sees half of it.
  const next = `node_modules/.cache/moated/dist-${process.pid}`;
  mustNode(at('node_modules/tsup/dist/cli-default.js'), ['--silent'], {
    env: { ...process.env, MOATED_DIST: next },
  });
  rmSync(at('dist'), { recursive: true, force: true });
  renameSync(at(next), at('dist'));
  setFresh('dist', hash);
}
