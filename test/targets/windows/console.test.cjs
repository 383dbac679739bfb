// Runs inside node.exe: what a run has of the host's console. The host is started in a console of its own, without a window.
const assert = require('node:assert/strict');
const { closeSync, openSync } = require('node:fs');
const { test } = require('node:test');

const { confined, program, run, testsBelow, unconfined, unsandboxed } = require('./harness.cjs');

const console_ = program('console');

if (process.env.MOATED_TEST_CONSOLE === undefined) {
  test("the host's console", { skip: console_ === undefined && 'no compiler for its programs' }, () => {
    testsBelow([console_, 'own'], 4, { MOATED_TEST_CONSOLE: 'own' });
  });
} else {
  const typed = () => Number(unsandboxed([console_, 'typed']));
  const members = (said) => JSON.parse(said).includes(process.pid);

  test("control: a child is in the host's console, and types into it", () => {
    assert.equal(members(unsandboxed([console_, 'members'])), true);
    const before = typed();
    assert.equal(unsandboxed([console_, 'type']), 'true');
    assert.equal(typed(), before + 1);
  });

  test("control: so is a run that is not confined, which is the user's own", async () => {
    const result = await run([console_, 'members'], { directives: unconfined });
    assert.equal(members(result.stdout), true);
  });

  test('a confined run is in another console, and what it types there stays there', async () => {
    const result = await run([console_, 'members'], { directives: confined });
    assert.deepEqual([result.failure, result.exitCode], [undefined, 0]);
    assert.equal(members(result.stdout), false);
    const before = typed();
    const typing = await run([console_, 'type'], { directives: confined });
    assert.equal(typing.exitCode, 0);
    assert.equal(typed(), before);
  });

  test('a console that is handed over as a stream is not the one that a confined run gets', async () => {
    const input = openSync('\\\\.\\CONIN$', 'r');
    const stdio = [input, 'capture', 'capture'];
    const ask = (directives) => run([console_, 'input'], { directives, stdio });
    assert.equal((await ask(unconfined)).stdout.trim(), 'true', 'control');
    assert.equal((await ask(confined)).stdout.trim(), 'false');
    closeSync(input);
  });
}
