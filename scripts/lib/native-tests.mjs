import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { sources } from './sources.mjs';

/**
 * Runs every program of `tests` in native/sources.json. Each prints `ok NAME` or `not ok NAME: why` for each case and fails if one does.
 * @param {string} folder where the programs are; none are there when nothing was compiled here
 */
export function runNativeTests(folder) {
  const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
  if (!existsSync(folder)) return total;
  for (const name of Object.keys(sources.tests)) {
    const { passed, failures } = runOne(name, `${folder}/${name}`);
    total.passed += passed;
    total.failed += failures.length;
    total.failures.push(...failures.map((failure) => `native ${name}: ${failure}`));
    console.log(`native ${name}: ${passed} passed, ${failures.length} failed`);
  }
  return total;
}

function runOne(name, file) {
  const result = spawnSync(file, [], {
    encoding: 'utf8',
    timeout: 120_000,
    killSignal: 'SIGKILL',
    maxBuffer: 64 << 20,
  });
  const lines = (result.stdout ?? '').split('\n');
  const failures = lines.filter((line) => line.startsWith('not ok '));
  const passed = lines.filter((line) => line.startsWith('ok ')).length;
  const cases = passed + failures.length;
  // A crash, a time-out and a program without cases are failures too, though no line says so.
  const ended =
    result.error?.message ?? (result.signal ? `signal ${result.signal}` : `exit code ${result.status}`);
  const sound = result.status === (failures.length > 0 ? 1 : 0) && cases > 0;
  if (!sound) {
    failures.push(`not ok ${name}: ended with ${ended} after ${cases} cases`);
    process.stdout.write(result.stderr ?? '');
  }
  return { passed, failures };
}
