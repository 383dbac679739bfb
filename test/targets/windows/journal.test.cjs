// Runs inside node.exe: what a host that was killed leaves, and what the next start does about it. Wine has no AppContainers and keeps no access
// lists of files, so under it a run is given a temporary folder alone: there, that the entries go is not shown. On Windows this file asks for a
// container too, and compares what icacls says; nobody has run that yet.
/* global __dirname -- this is CommonJS */
const assert = require('node:assert/strict');
const { execFileSync, spawn } = require('node:child_process');
const { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');

const { confined, directory, eventually, node, sleeps } = require('./harness.cjs');
const { addon } = require('./start.cjs');

const { appContainer } = addon.probe();
const state = join(process.env.LOCALAPPDATA, 'moated');
const scratchOf = (name) => join(state, 'scratch', name);
const journalOf = (name) => join(state, 'grants', `${name}.journal`);
for (const name of ['scratch', 'grants']) mkdirSync(join(state, name), { recursive: true });

/** The script of a host that starts one confined run. */
function host(argv, directives = confined) {
  return `const { start, toCommandLine } = require(${JSON.stringify(join(__dirname, 'start.cjs'))});
    const argv = ${JSON.stringify(argv)};
    start(${JSON.stringify(directives)}, {
      argv: [argv[0], toCommandLine(argv)], env: ['SystemRoot=' + process.env.SystemRoot],
      cwd: 'C:\\\\', searchPath: '', stdio: ['ignore', 'ignore', 'ignore'], started: () => console.log('started'),
    }, () => {});`;
}

/** A host of its own, since each looks for journals once. */
const startAnother = () => execFileSync(process.execPath, ['-e', host([process.execPath, '--version'])]);

/** The runs that have a journal. */
const journals = () => readdirSync(join(state, 'grants')).map((name) => name.replace(/\.journal$/u, ''));

test('what a killed host has given is taken back by the next start, and not while it lives', async () => {
  const folder = join(directory, 'granted');
  mkdirSync(folder);
  const entries = () => (appContainer ? execFileSync('icacls', [folder], { encoding: 'utf8' }) : '');
  const untouched = entries();
  const grants = appContainer ? ['container', 'no-network', 'write', folder] : [];
  const before = journals();
  const script = host(node(sleeps), [...confined, ...grants]);
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (data) => (said += data));
  assert.ok(await eventually(() => said !== ''));
  const [name, ...more] = journals().filter((one) => !before.includes(one));
  assert.deepEqual(more, []);
  assert.match(name, /^moated\.[0-9a-f-]{36}$/u);

  startAnother();
  const there = () => [existsSync(journalOf(name)), existsSync(scratchOf(name))];
  assert.deepEqual(there(), [true, true], 'of a host that lives');
  assert.equal(entries() !== untouched, appContainer);

  const gone = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  assert.deepEqual(there(), [true, true], 'control: nobody else takes it back');

  startAnother();
  assert.deepEqual(there(), [false, false]);
  assert.equal(entries(), untouched);
});

test('a journal is read as what it is', () => {
  const victim = join(directory, 'victim');
  mkdirSync(victim);
  const plant = (name, text) => {
    mkdirSync(join(scratchOf(name), 'left'), { recursive: true });
    writeFileSync(join(scratchOf(name), 'left', 'file'), '');
    writeFileSync(journalOf(name), text);
  };
  const left = (name) => [existsSync(journalOf(name)), existsSync(scratchOf(name))];
  plant('moated.whole', 'moated grants 1\nend\n');
  // Nobody can say whose entries these are without AppContainers: what is not undone stays written down.
  plant('moated.contained', `moated grants 1\ncontainer\npath ${victim}\nend\n`);
  // Killed while it wrote: nothing had been given yet.
  plant('moated.cut', 'moated grants 1\nconta');
  plant('moated.newer', 'moated grants 2\nend\n');
  // Whoever can write here must not make a host remove what it likes.
  plant('moated.pointing', `moated grants 1\ncontainer moated.other\nscratch ${victim}\nend\n`);
  startAnother();
  assert.deepEqual(left('moated.whole'), [false, false]);
  assert.deepEqual(left('moated.contained'), [!appContainer, false]);
  assert.deepEqual(left('moated.cut'), [false, true]);
  assert.deepEqual(left('moated.newer'), [true, true]);
  assert.deepEqual(left('moated.pointing'), [true, true]);
  assert.equal(existsSync(victim), true);
  for (const name of ['contained', 'cut', 'newer', 'pointing'].map((end) => `moated.${end}`)) {
    rmSync(journalOf(name), { force: true });
    rmSync(scratchOf(name), { recursive: true, force: true });
  }
});
