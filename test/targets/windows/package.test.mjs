// Runs inside node.exe: the package as its users call it. Nothing confines under Wine, so what is shown there is that it says so.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';

const { createSandbox } = await import(pathToFileURL(process.env.MOATED_WINDOWS_PACKAGE));

const workspace = join(mkdtempSync(join(tmpdir(), 'moated-package-')), 'Päckage with spaces');
mkdirSync(join(workspace, '.git', 'hooks'), { recursive: true });
writeFileSync(join(workspace, '.git', 'config'), '');
after(() => rmSync(join(workspace, '..'), { recursive: true, force: true }));

const sandbox = createSandbox({ workspace });
const { probe } = sandbox.doctor();
const node = (code, ...rest) => [process.execPath, '-e', code, ...rest];

test('doctor says what this machine gives', () => {
  const report = sandbox.doctor();
  assert.equal(report.probe.system, 'windows');
  assert.ok(report.notes.length > 0);
  const runs = Object.fromEntries(report.profiles.map(({ profile, runs: starts }) => [profile, starts]));
  console.log(`profiles: ${JSON.stringify(runs)}`);
  assert.equal(runs.trusted, true);
  assert.equal(runs.offline, probe.appContainer);
});

test('a trusted run has its output, its exit code and its report', async () => {
  const result = await sandbox.run(node('console.log(process.cwd()); process.exitCode = 3'), 'trusted');
  assert.equal(result.stdout.trim().toLowerCase(), workspace.toLowerCase());
  assert.deepEqual([result.exitCode, result.verdict], [3, 'exit']);
  assert.equal(result.enforcement.guarantees.survivors.status, 'full');
});

test('a shell line is one of cmd.exe', async () => {
  const result = await sandbox.run('echo one&& echo "two three"', 'trusted');
  assert.deepEqual(
    result.stdout.split(/\r?\n/u).map((line) => line.trim()),
    ['one', '"two three"', ''],
  );
});

test('arguments, environment and input arrive', async () => {
  const code =
    'process.stdin.on("data", (d) => console.log(process.argv.slice(1), process.env.GIVEN, String(d)))';
  const result = await sandbox.run(node(code, '--', 'a "b" c\\', ''), 'trusted', {
    env: { GIVEN: 'ü' },
    input: 'in',
  });
  assert.equal(result.stdout.trim(), `[ 'a "b" c\\\\', '' ] ü in`);
});

test('a timeout ends the tree', async () => {
  const result = await sandbox.run(node('setTimeout(() => {}, 60000)'), 'trusted', { timeout: 1500 });
  assert.deepEqual([result.verdict, result.timedOut, result.signal], ['timeout', true, 'SIGKILL']);
});

test('a crash is a signal elsewhere, and here too', async () => {
  const result = await sandbox.run(node('process.reallyExit(0xC0000005)'), 'trusted');
  assert.deepEqual([result.exitCode, result.verdict], [0xc0000005, 'signal']);
});

test('what is not there, and what is no program, is said', async () => {
  await assert.rejects(sandbox.run(['no-such-program'], 'trusted'), { code: 'ERR_COMMAND_NOT_FOUND' });
  await assert.rejects(sandbox.run(['tool.cmd', '"&calc'], 'trusted'), {
    code: 'ERR_COMMAND_NOT_EXECUTABLE',
  });
});

test('a confined run starts only where something confines it', async () => {
  const run = sandbox.run(node('1'), 'offline');
  if (probe.appContainer) assert.equal((await run).exitCode, 0);
  else await assert.rejects(run, { code: 'ERR_UNSUPPORTED_FEATURE' });
});

test('a policy has the paths of this machine in one spelling', () => {
  const policy = sandbox.policy('workspace-write');
  assert.match(policy.workspace, /^[A-Z]:\/.*\/Päckage with spaces$/u);
  assert.deepEqual(policy.filesystem.writable, [policy.workspace]);
  const guarded = Object.fromEntries(policy.filesystem.protected.map(({ path, kind }) => [path, kind]));
  assert.equal(guarded[`${policy.workspace}/.git/hooks`], 'directory');
  assert.equal(guarded[`${policy.workspace}/.git/config`], 'file');
  assert.equal(guarded[`${policy.workspace}/.vscode`], 'absent');
  const other = createSandbox({ workspace: workspace.toUpperCase() }).policy('workspace-write');
  assert.equal(other.workspace, policy.workspace);
});

test('a path that means something else is refused', () => {
  for (const path of ['\\\\server\\share', 'C:relative', 'NUL', 'file:stream', '\\\\.\\pipe\\x']) {
    const bad = createSandbox({ workspace, filesystem: { protect: [path] } });
    assert.throws(() => bad.policy('workspace-write'), { code: 'ERR_INVALID_PATH' }, path);
  }
});

test('a place that is not one project is no workspace', () => {
  for (const path of ['C:\\', process.env.SystemRoot, join(process.env.SystemRoot, 'System32')]) {
    assert.throws(
      () => createSandbox({ workspace: path }).policy('offline'),
      { code: 'ERR_WORKSPACE_TOO_WIDE' },
      path,
    );
  }
});

test('a directory link leads where it leads', (context) => {
  const target = join(workspace, 'real');
  const link = join(workspace, 'link');
  mkdirSync(target);
  try {
    symlinkSync(target, link, 'junction');
  } catch (error) {
    context.skip(`no junction can be made here: ${error.code}`);
    return;
  }
  if (!existsSync(link)) {
    context.skip('no junction can be made here');
    return;
  }
  const policy = createSandbox({ workspace: link }).policy('offline');
  assert.match(policy.workspace, /\/real$/u);
});

test('spawn hands out streams', async () => {
  const child = sandbox.spawn(node('process.stdin.pipe(process.stdout)'), 'trusted');
  child.stdin.end('streamed');
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  assert.equal(text, 'streamed');
});
