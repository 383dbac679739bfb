// npm run test:sanitize [-- FILTER...]     the suite with the addon of `npm run build:sanitize`
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { mustNode, run } from './lib/exec.mjs';
import { at } from './lib/paths.mjs';

mustNode(at('scripts/build-native.mjs'), ['--sanitize', '--if-stale']);

const library = (name) => spawnSync('cc', [`-print-file-name=${name}`], { encoding: 'utf8' }).stdout.trim();
const reports = at('build-asan', 'reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const filters = process.argv.slice(2);
// What installs packages or compiles does not touch the addon.
const folders =
  filters.length > 0 ? filters : ['native', 'test/unit', 'test/e2e', 'test/attack', 'test/compat'];
const options = `abort_on_error=1:log_path=${reports}/report`;
const code = run(process.execPath, [at('scripts/test.mjs'), ...folders], {
  env: {
    ...process.env,
    MOATED_PREBUILD: at('build-asan'),
    // The runtime has to be there before Node loads the addon.
    LD_PRELOAD: library('libasan.so'),
    // Node itself never frees everything. A sandboxed program gets none of these variables.
    ASAN_OPTIONS: `detect_leaks=0:${options}`,
    UBSAN_OPTIONS: `print_stacktrace=1:${options}`,
  },
});

// A report from a child that failed in silence counts as well.
const found = readdirSync(reports);
for (const file of found) console.error(`${file}\n${readFileSync(`${reports}/${file}`, 'utf8')}`);
if (found.length > 0) console.error(`${found.length} sanitizer reports`);
process.exitCode = found.length > 0 ? 1 : code;
