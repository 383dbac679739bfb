import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { sources } from './sources.mjs';

/**
 * Runs every program of `tests` in native/sources.json. Each prints `ok NAME` or `not ok NAME: why` for each case and fails if one does.
 * @param {string} folder where the programs are; none are there when nothing was compiled here
 */
export function runNativeTests(folder) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  if (!existsSync(folder)) return total;
  for (const name of Object.keys(sources.tests)) {
    const { passed, failed } = runOne(name, `${folder}/${name}`);
    total.passed += passed;
    total.failed += failed;
    console.log(`native ${name}: ${passed} passed, ${failed} failed`);
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
  const bad = lines.filter((line) => line.startsWith('not ok '));
  const passed = lines.filter((line) => line.startsWith('ok ')).length;
  for (const line of bad) console.log(`  ${line}`);
  // A crash, a time-out and a program without cases are failures too, though no line says so.
  const ended =
    result.error?.message ?? (result.signal ? `signal ${result.signal}` : `exit code ${result.status}`);
  const sound = result.status === (bad.length > 0 ? 1 : 0) && passed + bad.length > 0;
  if (!sound) {
    console.log(`  not ok ${name}: ended with ${ended} after ${passed + bad.length} cases`);
    process.stdout.write(result.stderr ?? '');
  }
  return { passed, failed: bad.length + (sound ? 0 : 1) };
}
