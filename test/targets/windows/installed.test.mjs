// Runs inside node.exe: the package as npm installs it from its tarball, with the addon that it brings.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';

const project = process.env.MOATED_WINDOWS_PROJECT;
const skip = project === undefined && 'nothing was packed: npm run test:targets -- Windows';
// It would stand in for what the package brings.
delete process.env.MOATED_PREBUILD;

test('the installed package loads its addon and runs a command', { skip }, async () => {
  const { createSandbox } = createRequire(join(project, 'package.json'))('moated');
  const sandbox = createSandbox({ workspace: project });
  const hello = [process.execPath, '-e', "console.log('hello')"];
  const { stdout, verdict } = await sandbox.run(hello, 'trusted');
  assert.deepEqual([stdout.trim(), verdict], ['hello', 'ok']);
  const addon = join('node_modules', 'moated', 'prebuilds', 'win32-x64', 'moated.node');
  const { sharedObjects } = process.report.getReport();
  assert.ok(
    sharedObjects.some((file) => file.toLowerCase().endsWith(addon)),
    sharedObjects.join(),
  );
});
