// Runs inside node.exe: what a run inherits. The host is started with a handle that anybody who is started without a list of
// handles gets too.
const assert = require('node:assert/strict');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');

const { confined, directory, program, run, testsBelow, unconfined, unsandboxed } = require('./harness.cjs');

const handles = program('handles');
const name = 'known-to-the-host.txt';
const content = 'what the host reads';

if (process.env.MOATED_TEST_HANDLE === undefined) {
  test('a handle of the host', { skip: handles === undefined && 'no compiler for its programs' }, () => {
    const file = join(directory, name);
    writeFileSync(file, content);
    testsBelow([handles, 'give', file], 3);
  });
} else {
  const number = process.env.MOATED_TEST_HANDLE;
  const take = [handles, 'take', number, name];

  test('control: a child that gets no list of handles reads the file, and finds the handle by looking', () => {
    assert.deepEqual(JSON.parse(unsandboxed(take)), { read: content, found: [Number(number)] });
  });

  for (const [what, directives] of Object.entries({ confined, unconfined })) {
    test(`${what}: nothing of the host's but the streams is inherited`, async () => {
      const result = await run(take, { directives });
      assert.deepEqual([result.failure, result.exitCode], [undefined, 0]);
      assert.deepEqual(JSON.parse(result.stdout), { read: '', found: [] });
    });
  }
}
