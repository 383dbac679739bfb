// node scripts/smoke.mjs [FOLDER]     runs what moated promises on this machine, with the package that FOLDER installed (or this checkout), on any system
// Each attempt has a control without the sandbox. What the machine's own report does not claim is said, and is no failure.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { at } from './lib/paths.mjs';

const folder = process.argv[2];
const require = createRequire(folder === undefined ? at('package.json') : resolve(folder, 'package.json'));
const { createSandbox } = require(folder === undefined ? './dist/index.cjs' : 'moated');

// Not below /tmp, which is private to a run on Linux.
const scene = realpathSync(
  mkdtempSync(join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), 'moated-smoke-')),
);
const [workspace, outside] = ['workspace', 'outside'].map((name) => join(scene, name));
for (const path of [workspace, outside]) mkdirSync(path);

const counts = { passed: 0, failed: 0, skipped: 0 };
function tell(state, name, detail = '') {
  counts[state] += 1;
  console.log(`${state}: ${name}${detail && ` (${detail})`}`);
}

const node = (script, ...args) => [process.execPath, '-e', script, '--', ...args];
const write = "require('node:fs').writeFileSync(process.argv[1], 'x')";
// In the sandbox a connection can be refused, unreachable or time out: all that counts is that none comes.
const connect =
  "require('node:net').connect(+process.argv[1], '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => process.exit(1))";

const boxes = new Map();
function box(profile) {
  if (!boxes.has(profile)) boxes.set(profile, createSandbox({ profile, workspace }));
  return boxes.get(profile);
}

/** Why the machine does not claim to run the profile, or to give this guarantee with it. */
function disclaimer(profile, guarantee) {
  const report = box(profile)
    .doctor()
    .profiles.find((one) => one.profile === profile);
  if (!report.runs) return `the profile is refused: ${report.reason}`;
  if (guarantee === undefined) return undefined;
  const { status, reason } = report.enforcement.guarantees[guarantee];
  return status === 'full' ? undefined : `${status}: ${reason}`;
}

/** A run whose result is judged by itself. */
async function expectation(name, profile, command, options, isRight) {
  const weak = disclaimer(profile);
  if (weak !== undefined) return tell('skipped', name, weak);
  const result = await box(profile).run(command, undefined, options);
  tell(isRight(result) ? 'passed' : 'failed', name, `${result.verdict} ${result.stderr.trim()}`.trim());
}

/** One attempt: allowed or not in the sandbox, and always possible without it. */
async function attempt(name, { profile, guarantee, command, allowed, effect }) {
  const control = spawnSync(command[0], command.slice(1), { cwd: workspace, timeout: 20_000 });
  if (control.status !== 0 || effect?.() === false) return tell('failed', name, 'the control had no effect');
  for (const path of [workspace, outside]) {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
  }
  const weak = disclaimer(profile, guarantee);
  if (weak !== undefined) return tell('skipped', name, weak);
  const result = await box(profile).run(command, undefined, { timeout: 20_000 });
  const happened = effect === undefined ? result.exitCode === 0 : effect();
  if (happened === allowed) return tell('passed', name);
  return tell('failed', name, `${result.verdict}, exit code ${result.exitCode}: ${result.stderr.trim()}`);
}

/** What is refused is told, where the system tells: not to the first run, which does not wait until its log is read. */
async function refusalIsTold(name) {
  const weak = disclaimer('offline');
  if (weak !== undefined) return tell('skipped', name, weak);
  const path = join(outside, 'refused');
  let known;
  for (let tries = 0; tries < 12; tries += 1) {
    const { violations, enforcement } = await box('offline').run(node(write, path));
    known = enforcement?.denials;
    if (known === undefined) return tell('skipped', name, 'this system does not tell');
    if (violations.some(({ source, target }) => source === 'kernel' && target === path))
      return tell('passed', name);
    await new Promise((done) => setTimeout(done, 250));
  }
  return tell(known.status === 'none' ? 'skipped' : 'failed', name, known.reason);
}

const server = createServer((socket) => socket.destroy());
const port = await new Promise((listening) => {
  server.listen(0, '127.0.0.1', () => listening(String(server.address().port)));
});
const file = (parent) => ({
  command: node(write, join(parent, 'made')),
  effect: () => existsSync(join(parent, 'made')),
});

try {
  const { version } = JSON.parse(
    readFileSync(require.resolve(folder ? 'moated/package.json' : './package.json')),
  );
  const { platform } = box('offline').doctor();
  console.log(`moated ${version} on ${platform}, Node ${process.version}`);
  const hello = node("console.log('hello')");
  await expectation('a command runs', 'offline', hello, {}, ({ stdout }) => stdout.trim() === 'hello');
  const writes = { guarantee: 'fs-write', profile: 'workspace-write' };
  await attempt('workspace-write writes in the workspace', { ...writes, ...file(workspace), allowed: true });
  await attempt('workspace-write writes nowhere else', { ...writes, ...file(outside), allowed: false });
  const offline = { profile: 'offline', allowed: false };
  await attempt('offline writes nothing', { ...offline, guarantee: 'fs-write', ...file(workspace) });
  await attempt('offline reaches no port', {
    ...offline,
    guarantee: 'network',
    command: node(connect, port),
  });
  await refusalIsTold('what is refused is told');
  const endless = node('setInterval(() => {}, 1000)');
  const late = { timeout: 1000 };
  await expectation('a timeout ends it', 'offline', endless, late, ({ verdict }) => verdict === 'timeout');
} catch (error) {
  tell('failed', 'no error was thrown', String(error?.stack ?? error));
} finally {
  server.close();
  for (const one of boxes.values()) await one[Symbol.asyncDispose]();
  rmSync(scene, { recursive: true, force: true });
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 ? 1 : 0;
