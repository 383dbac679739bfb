// npm run check:policies     `moated policy check` over the policy that ships, examples/policies and the policies in the documentation
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { mustNode } from './lib/exec.mjs';
import { at } from './lib/paths.mjs';

mustNode(at('scripts/build.mjs'), ['--if-stale']);
const moated = (...args) =>
  spawnSync(process.execPath, [at('dist/cli/main.js'), 'policy', ...args], { encoding: 'utf8' });

/** The JSON blocks of a page that are whole policies. */
function policiesIn(page) {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```json\n(.*?)^```$/gms)].map(([, text]) => text);
  return blocks.filter((text) => /"version": 1\b/.test(text) && /"rules":/.test(text));
}

const folder = mkdtempSync(join(tmpdir(), 'moated-policies-'));
try {
  const examples = readdirSync(at('examples/policies')).map((name) => at('examples/policies', name));
  const pages = [at('README.md'), ...readdirSync(at('docs')).map((name) => at('docs', name))];
  const quoted = pages
    .filter((page) => page.endsWith('.md'))
    .flatMap((page) =>
      policiesIn(page).map((text, index) => {
        const file = join(folder, `${basename(page)}-${index + 1}.json`);
        writeFileSync(file, text);
        return file;
      }),
    );
  let failed = moated('show').status === 0 ? 0 : 1;
  // One at a time: they are alternatives, and need not go together.
  for (const file of [...examples, ...quoted]) {
    const { status, stdout, stderr } = moated('check', file);
    process.stdout.write(stdout + stderr);
    if (status !== 0) failed += 1;
  }
  console.log(`${1 + examples.length + quoted.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
