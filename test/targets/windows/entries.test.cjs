// Runs inside node.exe: how the addon writes an access list. On an event, since Wine keeps no list of a file: that files have the entries, and that
// the system obeys them, is not shown here.
const assert = require('node:assert/strict');
const { mkdirSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');

const { directory, program, unsandboxed } = require('./harness.cjs');

const entries = program('entries');
const skip = entries === undefined && 'no compiler for its programs';

const run = 'S-1-15-2-1-2-3-4-5-6-7';
const other = 'S-1-15-2-1-2-3-4-5-6-8';
const explicit = [`(D;;0x4;;;${other})`, '(A;;0x1f0003;;;S-1-5-21-1-2-3-1000)'];
const inherited = ['(A;ID;0x100001;;;S-1-5-21-1-2-3-1001)'];
const before = `D:${[...explicit, ...inherited].join('')}`;
const refusal = `(D;;0x2;;;${run})`;
const permission = `(A;;0x1;;;${run})(A;OI;0x100000;;;${run})`;

/** The list after each step. The system's names for masks are of no interest. */
const after = (list, ...steps) =>
  unsandboxed([entries, list, run, ...steps])
    .split(/\r?\n/u)
    .map((line) => line.replaceAll('CC', '0x1').replaceAll('DC', '0x2').replaceAll('LC', '0x4'));

test(
  'a refusal comes first, a permission between the explicit entries and the inherited ones',
  { skip },
  () => {
    assert.deepEqual(after(before, 'refuse', 'permit'), [
      `D:${refusal}${explicit.join('')}${inherited.join('')}`,
      `D:${refusal}${explicit.join('')}${permission}${inherited.join('')}`,
    ]);
  },
);

test('what is removed is what was added, and nothing of anybody else', { skip }, () => {
  for (const steps of [['refuse'], ['permit'], ['refuse', 'permit'], ['permit', 'permit', 'refuse']]) {
    assert.equal(after(before, ...steps, 'remove').at(-1), after(before, 'remove')[0]);
  }
  assert.notEqual(after(before, 'permit')[0], after(before, 'remove')[0], 'control');
});

test('an empty list takes entries, and a list that is cut off stays so', { skip }, () => {
  assert.deepEqual(after('D:', 'permit', 'remove'), [`D:${permission}`, 'D:']);
  assert.deepEqual(after('D:P(A;;0x1f0003;;;WD)', 'refuse'), [`D:P${refusal}(A;;0x1f0003;;;WD)`]);
});

test('a refusal that cannot be written ends the start of a run, a permission does not', { skip }, () => {
  const tree = join(directory, 'tree');
  const held = join(tree, 'src', 'held');
  mkdirSync(held, { recursive: true });
  const refusals = (...args) => unsandboxed([program('refusals'), tree, ...args]);
  assert.equal(refusals(), '0 0 0', 'control');
  // ERROR_SHARING_VIOLATION. It may be free again when the permission comes; and what was not taken back stays in the journal.
  assert.equal(refusals(held), '32 0 32');
});
