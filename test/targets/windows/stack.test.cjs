// Runs inside node.exe: the stack guard of native/windows/stack_guard.cc, in a program that overflows on demand. Wine's loader chooses the guard
// in the way of Windows'.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { test } = require('node:test');

const { program, unsandboxed } = require('./harness.cjs');

const stack = program('stack');
const skip = stack === undefined && 'no compiler for its programs';
const write = (count) => spawnSync(stack, ['write', String(count)]).status;

test('the loader chooses the guard, anew for each process', { skip }, () => {
  const guards = [1, 2].map(() => unsandboxed([stack, 'guard']));
  assert.notEqual(guards[0], guards[1]);
  assert.ok(!guards.includes('2b992ddfa232'), 'the number that means none');
});

test('a function that wrote beyond its frame never returns', { skip }, () => {
  assert.equal(write(16), 0, 'control');
  // STATUS_STACK_BUFFER_OVERRUN
  assert.equal(write(48) >>> 0, 0xc0000409);
});
