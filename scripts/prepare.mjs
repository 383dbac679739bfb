// Runs on `npm install` in a clone and before `npm pack`; never for those who install the package.
import { existsSync } from 'node:fs';
import { at } from './lib/paths.mjs';

// `npm install --omit=dev` brings no tsup: then there is nothing to build with.
if (existsSync(at('node_modules/tsup'))) await import('./build.mjs');
