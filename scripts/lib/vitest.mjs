import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { run } from './exec.mjs';
import { at } from './paths.mjs';

/** Runs vitest, counts, and names what failed. @param {string[]} args paths and options for vitest */
export function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'moated-test-'));
  try {
    const report = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = run(process.execPath, [at('node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...args]);
    return count(existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(report, code) {
  const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const file of report?.testResults ?? []) {
    const states = file.assertionResults.map(({ status }) => status);
    const of = (...names) => states.filter((state) => names.includes(state)).length;
    const failed = of('failed');
    total.passed += of('passed');
    total.skipped += of('skipped', 'pending', 'todo', 'disabled');
    // A file that could not be loaded has no tests of its own to fail.
    total.failed += file.status === 'failed' ? Math.max(1, failed) : failed;
    if (file.status === 'failed') total.failures.push(...failuresOf(file));
  }
  // An unhandled error or a crash fails the run without failing a test.
  if (code !== 0 && total.failed === 0) {
    total.failed = 1;
    total.failures.push(`vitest: exit code ${code}, and no test failed`);
  }
  return total;
}

function failuresOf(file) {
  const path = relative(at('.'), file.name);
  const failed = file.assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return [`${path}: ${firstLine(file.message)}`];
  return failed.map((test) => `${path} > ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
}

const firstLine = (message = '') => message.split('\n', 1)[0];
