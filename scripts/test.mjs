// npm test [-- FILTER...]     builds what is stale, runs the native and the vitest tests; the last line is `N passed, N failed`.
// A filter is a path or a vitest option; `native` alone runs the native tests only.
// MOATED_PREBUILD=DIR         tests the addon in DIR (build/Release or prebuilds below it) instead of building one
import { mustNode, which } from './lib/exec.mjs';
import { at } from './lib/paths.mjs';
import { runNativeTests } from './lib/native-tests.mjs';
import { runVitest } from './lib/vitest.mjs';

const args = process.argv.slice(2);
const given = process.env.MOATED_PREBUILD;
const canBuild = which('cmake') && (which('c++') || which('g++') || which('clang++'));

const filters = args.filter((arg) => arg !== 'native');
// Unit and type tests run on any machine and load no addon.
const paths = filters.filter((arg) => !arg.startsWith('-'));
const pure = paths.length > 0 && paths.every((arg) => /^(?:test\/)?(?:unit|types)\b/.test(arg));
const needsAddon = args.includes('native') || !pure;

mustNode(at('scripts/build.mjs'), ['--if-stale']);
if (needsAddon && !given && canBuild) mustNode(at('scripts/build-native.mjs'), ['--if-stale']);
if (needsAddon && !given && !canBuild)
  console.log('no cmake or no C++ compiler: testing the addon in prebuilds/');

const total = { passed: 0, failed: 0, skipped: 0 };
const add = ({ failures, ...counts }) => {
  for (const key of Object.keys(total)) total[key] += counts[key];
  for (const failure of failures) console.log(`failed: ${failure}`);
};

const wantsNative = args.length === 0 || args.includes('native');
if (wantsNative) add(runNativeTests(given ? `${given}/build/test` : at('build/test')));
if (args.length === 0 || filters.length > 0) add(runVitest(filters));

if (total.passed + total.failed === 0) {
  console.log('no test ran');
  total.failed = 1;
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 ? 1 : 0;
