// npm run lint     ESLint, Prettier, clang-format and clang-tidy. CI has all four; elsewhere a missing clang tool is said and passed over.
import { run, which } from './lib/exec.mjs';
import { cppFiles } from './lib/cpp-files.mjs';
import { at } from './lib/paths.mjs';

const failed = [];
function step(name, file, args) {
  const started = performance.now();
  const code = run(file, args);
  console.log(
    `${name}: ${code === 0 ? 'ok' : 'FAILED'} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
  if (code !== 0) failed.push(name);
}

function tool(name) {
  if (which(name)) return true;
  console.log(`${name}: not installed${process.env.CI ? '' : ', passed over'}`);
  if (process.env.CI) failed.push(name);
  return false;
}

step('eslint', process.execPath, [at('node_modules/eslint/bin/eslint.js'), '--max-warnings=0', '.']);
step('prettier', process.execPath, [
  at('node_modules/prettier/bin/prettier.cjs'),
  '--check',
  '--log-level=warn',
  '.',
]);
const cpp = cppFiles();
if (cpp.length > 0 && tool('clang-format'))
  step('clang-format', 'clang-format', ['--dry-run', '-Werror', ...cpp]);
if (cpp.length > 0 && tool('clang-tidy')) step('clang-tidy', process.execPath, [at('scripts/tidy.mjs')]);

if (failed.length > 0) console.error(`lint: ${failed.join(', ')} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
