/** Compiles the programs of test/fixtures for a machine of `npm run test:targets`, under the names by which `compileFixture` looks for them. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compileFixture, fixturePath } from '../helpers/compile.js';

const out = process.env['MOATED_FIXTURES'] ?? '';
/** A cross compiler with its flags, where the machine is not this one. */
const compiler = (process.env['MOATED_FIXTURE_COMPILER'] ?? '').split(' ').filter(Boolean);

const sources = ['.', 'attack'].flatMap((folder) =>
  readdirSync(fixturePath(folder))
    .filter((name) => name.endsWith('.c'))
    .map((name) => (folder === '.' ? name : `${folder}/${name}`)),
);

for (const source of sources) {
  let program: string;
  try {
    program = compileFixture(source);
  } catch {
    process.stderr.write(`${source} is no program by itself: left out\n`);
    continue;
  }
  const to = join(out, basename(program));
  const [file, ...flags] = compiler;
  if (file === undefined) copyFileSync(program, to);
  else execFileSync(file, [...flags, '-O1', '-pthread', '-D_GNU_SOURCE', fixturePath(source), '-o', to]);
}
