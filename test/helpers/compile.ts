import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/**
 * Scratch of the tests lies here and not in the host's /tmp: a run of the standard tier sees a private /tmp, so a fixture there
 * would be invisible to it, and an attack on a file there would prove nothing.
 */
export const testScratch = '/var/tmp';

/** Absolute path of a file of `test/fixtures`. */
export function fixturePath(name: string): string {
  return join(fixtures, name);
}

/** Where fixtures that are made at test time are kept, one folder per user: nobody else may have put them there. */
export function fixtureCache(): string {
  const folder = join(testScratch, `moated-fixtures-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
}

/** Compiles a C file of `test/fixtures` once per content, and returns the path of the program. */
export function compileFixture(source: string, flags: readonly string[] = []): string {
  const file = fixturePath(source);
  const headers = readdirSync(dirname(file)).filter((name) => name.endsWith('.h'));
  const hash = createHash('sha256').update(flags.join(' '));
  for (const name of [...headers.map((header) => join(dirname(file), header)), file]) {
    hash.update(readFileSync(name));
  }
  const program = join(fixtureCache(), `${basename(source, '.c')}-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(program)) {
    // A name of its own until it is complete, since test files run side by side.
    const partial = `${program}.${process.pid}`;
    execFileSync('gcc', [
      '-O1',
      '-Wall',
      '-Werror',
      '-pthread',
      '-D_GNU_SOURCE',
      file,
      '-o',
      partial,
      ...flags,
    ]);
    renameSync(partial, program);
  }
  return program;
}
