// Runs inside node.exe: an argv, the command line that is made of it, and what a program finds there. Under Wine both parsers are Wine's, written
// from their documentation and tests; on Windows they are Microsoft's.
const assert = require('node:assert/strict');
const { test } = require('node:test');

const { program, run, unsandboxed } = require('./harness.cjs');
const { awkwardLists } = require('./start.cjs');

const file = program('arguments');
const skip = file === undefined && 'no compiler for its programs';
const seed = 20_240_409;

const words = (lines) => lines.map((line) => Buffer.from(line, 'hex').swap16().toString('utf16le'));

/** What the two parsers found in one command line. */
function found(printed) {
  const lines = printed.split(/\r?\n/u).slice(0, -1);
  const middle = lines.indexOf('shell32');
  return { library: words(lines.slice(0, middle)), shell32: words(lines.slice(middle + 1)) };
}

test('arguments arrive as they were given, by both parsers of Windows', { skip }, async () => {
  let tried = 0;
  for (const given of awkwardLists(seed, 40)) {
    const result = await run([file, ...given]);
    assert.deepEqual([result.failure, result.exitCode], [undefined, 0]);
    assert.deepEqual(found(result.stdout), { library: given, shell32: given });
    tried += given.length;
  }
  console.log(`arguments: ${tried} (seed ${seed})`);
  assert.ok(tried >= 800);
});

test('control: a line without quoting arrives otherwise', { skip }, async () => {
  const given = ['a b', 'c"d'];
  const result = await run([file, ...given], { argv: [file, `${file} ${given.join(' ')}`] });
  assert.notDeepEqual(found(result.stdout).library, given);
  // And the program is not what makes it right: Node's own quoting gives the same as ours.
  assert.deepEqual(found(`${unsandboxed([file, ...given])}\n`).shell32, given);
});
