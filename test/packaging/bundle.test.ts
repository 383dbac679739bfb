import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build, type Format } from 'esbuild';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { command, copyOf, project } from './project.js';

const source = `import { sandbox, isSandboxError } from 'moated';
  const told = [];
  const tell = (error) => told.push([isSandboxError(error), error.code, error.message]);
  try { sandbox.doctor(); } catch (error) { tell(error); }
  try { sandbox.check('ls'); } catch (error) { tell(error); }
  sandbox.run(['/bin/echo', 'hello'], 'offline')
    .then((result) => told.push(result.stdout), tell)
    .then(() => console.log(JSON.stringify(told)));\n`;

const formats: readonly Format[] = ['esm', 'cjs'];
let app: string;
/** Where a bundle is taken: a machine without node_modules. */
let elsewhere: string;

beforeAll(() => {
  app = copyOf(inject('app'));
  writeFileSync(join(app, 'main.mjs'), source);
  elsewhere = project({});
});
afterAll(() => {
  for (const folder of [dirname(app), elsewhere]) rmSync(folder, { recursive: true, force: true });
});

async function bundle(
  outdir: string,
  format: Format,
  external: string[],
  entry = 'main.mjs',
): Promise<unknown> {
  const name = format === 'esm' ? 'bundle.mjs' : 'bundle.cjs';
  const outfile = join(outdir, name);
  const options = { bundle: true, platform: 'node', format, external, outfile, logLevel: 'silent' } as const;
  // What is required of Node's own stays `require`, which an ES module does not have by itself.
  const require = `import { createRequire as make } from 'node:module'; const require = make(import.meta.url);`;
  const banner = { js: format === 'esm' ? require : '' };
  await build({ ...options, banner, absWorkingDir: app, entryPoints: [entry] });
  return JSON.parse(command(outdir, process.execPath, [name]));
}

describe('bundled by esbuild', () => {
  it.each(formats)('runs as %s where moated is external', async (format) => {
    expect(await bundle(app, format, ['moated'])).toEqual(['hello\n']);
  });

  it.each(formats)('as %s, with moated inside, says what is missing and what to do', async (format) => {
    const message = /Looked for: .*Reinstall .*keep it external when bundling/;
    const rules = /Looked for: .*execpolicy\.cjs.*[Kk]eep moated external when bundling/;
    expect(await bundle(elsewhere, format, [])).toEqual([
      [true, 'ERR_ADDON_NOT_LOADED', expect.stringMatching(message)],
      [true, 'ERR_ADDON_NOT_LOADED', expect.stringMatching(rules)],
      [true, 'ERR_ADDON_NOT_LOADED', expect.stringMatching(message)],
    ]);
  });

  it('to an ES module, of what was required, says the same', async () => {
    writeFileSync(join(app, 'main.cjs'), source.replace(/import (.*) from (.*);/, 'const $1 = require($2);'));
    const missing = [true, 'ERR_ADDON_NOT_LOADED', expect.stringContaining('Looked for: ')];
    expect(await bundle(elsewhere, 'esm', [], 'main.cjs')).toEqual([missing, missing, missing]);
  });
});
