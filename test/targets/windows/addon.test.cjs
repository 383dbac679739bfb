// Runs inside node.exe, under Wine or on Windows: the addon of win32 itself, without a policy of a profile.
/* global __dirname -- this is CommonJS */
const assert = require('node:assert/strict');
const { execFileSync, spawn } = require('node:child_process');
const { copyFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { test } = require('node:test');

const {
  confined,
  directory,
  eventually,
  isAlive,
  node,
  program,
  run,
  sleeps,
  unconfined,
} = require('./harness.cjs');
const { addon, environmentBlock } = require('./start.cjs');

const pipes = program('pipes');
const skip = pipes === undefined && 'no compiler for its programs';
const startFile = JSON.stringify(join(__dirname, 'start.cjs'));

test('the probe names every fact', () => {
  const probe = addon.probe();
  assert.equal(probe.system, 'windows');
  assert.ok(probe.build >= 10_240);
  for (const name of ['wine', 'appContainer', 'restrictedToken', 'jobLimits', 'inJob', 'elevated']) {
    assert.equal(typeof probe[name], 'boolean', name);
  }
  console.log(`probe: ${JSON.stringify(probe)}`);
});

test('output and exit codes come back', async () => {
  const result = await run(node('console.log("out"); console.error("err"); process.exitCode = 7'));
  assert.deepEqual(
    [result.failure, result.stdout, result.stderr, result.exitCode, result.reason],
    [undefined, 'out\n', 'err\n', 7, 'exit'],
  );
});

test('an exit code has 32 bits', async () => {
  const result = await run(node('process.reallyExit(0xC0000005)'));
  assert.equal(result.exitCode, 0xc0000005);
});

test('input arrives, and ends', async () => {
  const input = Buffer.alloc(300_000, 'x');
  const code =
    'let n = 0; process.stdin.on("data", (d) => { n += d.length; }).on("end", () => console.log(n))';
  const result = await run(node(code), { stdio: ['capture', 'capture', 'capture'], input });
  assert.equal(result.stdout, '300000\n');
});

test('output beyond what is kept is counted', async () => {
  const result = await run(node('process.stdout.write("y".repeat(100000))'), { maxCapture: 1000 });
  assert.equal(result.stdout.length, 1000);
  assert.equal(result.droppedOut, 99_000);
});

test('arguments arrive as they were given', async () => {
  const given = [
    '',
    ' ',
    'a b',
    '"',
    '\\',
    '\\"',
    'a\\\\',
    'a\\\\"b c\\',
    '%PATH%',
    '^&|<>',
    "'",
    'ü€😀',
    '\t',
    '--x="y z"',
  ];
  const result = await run(node('console.log(JSON.stringify(process.argv.slice(1)))', '--', ...given));
  assert.deepEqual(JSON.parse(result.stdout), given);
});

test('a run that takes too long is ended', async () => {
  const result = await run(node(sleeps), { timeoutMs: 1500 });
  assert.equal(result.reason, 'timeout');
});

test('a run that writes too much is ended', async () => {
  const result = await run(node('for (;;) process.stdout.write("z".repeat(65536))'), { maxOutput: 200_000 });
  assert.equal(result.reason, 'output');
});

test('a canceled run is ended', async () => {
  const result = await run(node(sleeps), {
    during: (token) => setTimeout(() => addon.kill(token), 1000),
  });
  assert.equal(result.reason, 'canceled');
  assert.equal(result.signal, 9);
});

// A command that starts a grandchild, says who it is, and ends or stays.
const tree = (file, ends) => `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', ${JSON.stringify(sleeps)}], { detached: true, stdio: 'ignore' });
  child.unref();
  require('node:fs').writeFileSync(${JSON.stringify(file)}, String(child.pid));
  ${ends ? '' : sleeps}`;

test('nobody outlives the command: a detached grandchild ends with it', async () => {
  const file = join(directory, 'run.txt');
  const result = await run(node(tree(file, true)));
  assert.equal(result.exitCode, 0);
  const pid = Number(readFileSync(file, 'utf8'));
  assert.ok(pid > 0);
  // Without waiting: the run is over when nobody is left.
  assert.equal(isAlive(pid), false);
});

test('control: the same grandchild lives on without a job', async () => {
  const file = join(directory, 'control.txt');
  execFileSync(process.execPath, ['-e', tree(file, true)], { stdio: 'ignore' });
  const pid = Number(readFileSync(file, 'utf8'));
  assert.equal(isAlive(pid), true);
  process.kill(pid);
});

test('nobody outlives the host: its job closes with it', async () => {
  const file = join(directory, 'host.txt');
  const host = join(directory, 'host.cjs');
  writeFileSync(
    host,
    `const { start, toCommandLine } = require(${startFile});
    const argv = ${JSON.stringify(node(tree(file, false)))};
    const env = ['PATH=' + process.env.PATH, 'SystemRoot=' + process.env.SystemRoot];
    start(${JSON.stringify(unconfined)}, {
      argv: [argv[0], toCommandLine(argv)], env, cwd: ${JSON.stringify(directory)}, searchPath: '',
      stdio: ['ignore', 'ignore', 'ignore'], started: (pid) => console.log(pid),
    }, () => {});`,
  );
  const process1 = spawn(process.execPath, [host], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  process1.stdout.on('data', (data) => (said += data));
  assert.ok(await eventually(() => said !== '' && existsSync(file) && readFileSync(file, 'utf8') !== ''));
  const pids = [Number(said), Number(readFileSync(file, 'utf8'))];
  assert.deepEqual(pids.map(isAlive), [true, true]);
  process1.kill('SIGKILL');
  assert.ok(await eventually(() => !pids.some(isAlive)), 'child and grandchild are gone');
});

test('the pipes of a run end with it, although another run started at the same time goes on', async () => {
  let token;
  let ended = false;
  const long = run(node(sleeps), { during: (given) => (token = given) }).finally(() => (ended = true));
  const short = await run(node('console.log(1)'));
  assert.equal(short.stdout, '1\n');
  assert.equal(ended, false);
  addon.kill(token);
  assert.equal((await long).reason, 'canceled');
});

test('a confined run comes up, with a temporary folder of its own that is gone afterwards', async () => {
  const env = [
    ...environmentBlock([`SystemRoot=${process.env.SystemRoot}`, 'TEMP=@scratch', 'TMP=@scratch']),
  ];
  const code = `const fs = require('node:fs');
    fs.writeFileSync(process.env.TEMP + '/file', 'x');
    fs.mkdirSync(process.env.TEMP + '/folder/below', { recursive: true });
    console.log(process.env.TEMP)`;
  const result = await run(node(code), { directives: confined, env });
  assert.equal(result.failure, undefined);
  assert.equal(result.stderr, '');
  const scratch = result.stdout.trim();
  assert.match(scratch, /\\moated\\scratch\\moated\.[0-9a-f-]{36}$/);
  assert.equal(existsSync(scratch), false);
});

test('nobody else on the machine may open the pipe of a run', { skip }, async () => {
  for (const directives of [confined, unconfined]) {
    const result = await run([pipes], { directives });
    // One entry, and that is the user's: without a list of ours Everyone could read.
    assert.match(result.stdout, /^D:P?\(A;;(?:FA|GA);;;S-1-5-21-[0-9-]+\)\r?\n$/u);
  }
});

test('a temporary folder goes, however long its paths are', async () => {
  const env = environmentBlock([`SystemRoot=${process.env.SystemRoot}`, 'TEMP=@scratch']);
  const code = `const fs = require('node:fs');
    const deep = process.env.TEMP + '\\\\' + Array(12).fill('x'.repeat(40)).join('\\\\');
    fs.mkdirSync(deep, { recursive: true });
    fs.writeFileSync(deep + '\\\\file', '');
    console.log(deep)`;
  const result = await run(node(code), { directives: confined, env });
  const deep = result.stdout.trim();
  assert.ok(deep.length > 300, result.stderr);
  assert.equal(existsSync(deep.slice(0, deep.indexOf('xxx') - 1)), false);
});

test('everything that a plan can ask for is accepted, but for a container', async () => {
  const ui = ['desktop', 'display-settings', 'exit-windows', 'global-atoms', 'handles', 'read-clipboard'];
  const words = [...ui, 'system-parameters', 'write-clipboard'].flatMap((word) => ['ui', word]);
  const mitigations = ['extension-points', 'remote-images', 'low-images'].flatMap((word) => [
    'mitigation',
    word,
  ]);
  const limits = { cpu: 20_000, memory: 2 ** 31, 'process-memory': 2 ** 31, processes: 20 };
  const directives = [
    ...confined,
    ...['integrity', 'low', 'children', 'none'],
    ...(addon.probe().inJob ? [] : words),
    ...mitigations,
    ...Object.entries(limits).flatMap(([name, value]) => ['limit', name, String(value)]),
  ];
  const result = await run(node('console.log("up")'), { directives });
  assert.deepEqual([result.failure, result.stdout], [undefined, 'up\n']);
});

test(
  'a container that this system does not have refuses the run, and leaves nothing',
  { skip: addon.probe().appContainer },
  async () => {
    const { readdirSync } = require('node:fs');
    const left = () =>
      ['scratch', 'grants'].map((name) => readdirSync(join(process.env.LOCALAPPDATA, 'moated', name)));
    const before = left();
    const directives = [...confined, 'container', 'no-network', 'write', 'C:\\windows'];
    const result = await run(node('console.log("up")'), { directives });
    assert.deepEqual([result.failure.stage, result.failure.errno, result.stdout], ['container', 50, '']);
    assert.deepEqual(left(), before);
  },
);

test('a batch file is no program', async () => {
  const file = join(directory, 'script.cmd');
  writeFileSync(file, '@echo ran\r\n');
  for (const name of [file, join(directory, 'script'), `${file}.`, `${file} `]) {
    const result = await run([process.execPath], { argv: [name, 'script'] });
    assert.equal(result.failure?.stage, 'resolve', name);
    assert.ok([193, 2].includes(result.failure.errno), `${name}: ${result.failure.errno}`);
    assert.equal(result.stdout, '');
  }
  const bare = await run([process.execPath], { argv: ['script', 'script'], searchPath: directory });
  assert.deepEqual([bare.failure.errno, bare.failure.path], [193, file]);
  // Control: a program is found by its bare name in the same way.
  const found = await run([process.execPath], {
    argv: ['node', 'node --version'],
    searchPath: join(process.execPath, '..'),
  });
  assert.equal(found.stdout.trim(), process.version);
});

test('a stream of a file is no program', async (context) => {
  const stream = join(directory, 'notes.txt:hidden.exe');
  try {
    copyFileSync(process.execPath, stream);
  } catch (error) {
    context.skip(`no streams here: ${error.code}`);
    return;
  }
  assert.equal(existsSync(stream), true, 'control: it is there, and the system would start it');
  const result = await run([stream, '--version'], { directives: unconfined });
  assert.deepEqual([result.failure?.stage, result.failure?.errno, result.stdout], ['resolve', 2, '']);
});

test('what is not there says so', async () => {
  const program = await run([process.execPath], { argv: ['nothing-of-this-name', 'x'] });
  assert.deepEqual([program.failure.stage, program.failure.errno], ['resolve', 2]);
  const cwd = await run(node('1'), { cwd: `${directory}\\absent` });
  assert.ok([2, 3, 267].includes(cwd.failure.errno), String(cwd.failure.errno));
});

test('a plan that no compiler makes is refused', () => {
  for (const bad of [
    [],
    ['token', 'host', 'console', 'host'],
    [...unconfined, 'write', 'C:\\x'],
    [...confined, 'container', 'no-network', 'write', 'C:\\x:stream'],
    [...confined, 'container', 'no-network', 'write', 'C:\\x\\..\\y'],
    [...confined, 'container', 'no-network', 'write', '\\\\server\\share'],
    [...unconfined, 'novel', 'x'],
    [...unconfined, 'limit', 'memory', '-1'],
    [...unconfined, 'limit', 'memory'],
  ]) {
    assert.throws(() => addon.policy(bad), { stage: 'plan' }, JSON.stringify(bad));
  }
  addon.policy([...confined, 'container', 'no-network', 'write', 'C:\\x y\\z.1']);
});
