// What the tests of the addon share: one run and its outcome, as the addon gives it.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { after } = require('node:test');

const { addon, environmentBlock, start, toCommandLine } = require('./start.cjs');

const directory = mkdtempSync(join(tmpdir(), 'moated-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const unconfined = ['job', 'kill-on-close', 'token', 'host', 'console', 'host'];
const confined = ['job', 'kill-on-close', 'token', 'restricted', 'console', 'own'];
const sleeps = 'setTimeout(() => {}, 60000)';

/** One run; resolves with its outcome. */
function run(argv, options = {}) {
  const { directives = unconfined, during, ...request } = options;
  return new Promise((resolve) => {
    const whole = {
      argv: [argv[0], toCommandLine(argv)],
      env: environmentBlock(Object.entries(process.env).map(([name, value]) => `${name}=${value}`)),
      cwd: directory,
      searchPath: process.env.PATH,
      stdio: ['ignore', 'capture', 'capture'],
      timeoutMs: 30_000,
      maxCapture: 1 << 20,
      ...request,
    };
    const token = start(directives, whole, (stdout, stderr, rare) => {
      const [reason, exitCode, signal, droppedOut, droppedErr, duration] = addon.numbers;
      resolve({
        reason: ['exit', 'timeout', 'canceled', 'output', 'memory', 'processes', 'cpu'][reason],
        ...{ exitCode, signal, droppedOut, droppedErr, duration },
        stdout: stdout?.toString() ?? '',
        stderr: stderr?.toString() ?? '',
        ...rare,
      });
    });
    during?.(token);
  });
}

const node = (code, ...rest) => [process.execPath, '-e', code, ...rest];

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function eventually(holds) {
  for (let turn = 0; turn < 200; turn += 1) {
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** A program of `programs/`, compiled by run.mjs; undefined where no compiler was there. */
function program(name) {
  const folder = process.env.MOATED_WINDOWS_PROGRAMS;
  return folder === undefined ? undefined : join(folder, `${name}.exe`);
}

/** What a program prints when it is started without any sandbox. */
function unsandboxed(argv) {
  const { status, stdout, stderr, error } = spawnSync(argv[0], argv.slice(1), { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${argv.join(' ')}: ${status} ${stderr}`);
  return stdout.trim();
}

/** Runs a file of tests again below `argv`, a program that starts what comes after it. Its tests are what this one says. */
function testsBelow(argv, expected, env = {}) {
  const line = toCommandLine([process.execPath, process.argv[1]]);
  const { status, stdout, stderr } = spawnSync(argv[0], [...argv.slice(1), process.execPath, line], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.match(stdout, new RegExp(`^# pass ${expected}$`, 'mu'));
}

module.exports = {
  confined,
  directory,
  eventually,
  isAlive,
  node,
  program,
  run,
  sleeps,
  testsBelow,
  unconfined,
  unsandboxed,
};
