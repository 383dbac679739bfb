// The two ways to run a command that are compared: both capture stdout and stderr as text.
import { spawn } from 'node:child_process';
import { packageUrl } from './paths.mjs';

/** `child_process.spawn` as everybody writes it: piped streams, no sandbox. A string is a shell line. */
export function runPlain(command, cwd) {
  const [file, ...args] = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd });
    const stdout = [];
    const stderr = [];
    child.stdout.on('data', (chunk) => stdout.push(chunk));
    child.stderr.on('data', (chunk) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (exitCode) => {
      resolve({
        exitCode,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      });
    });
  });
}

/** Fails when a command did not do what it does in the other way: a fast refusal would be a fine figure. */
function requireSame(command, plain, ours) {
  if (ours.exitCode === 0 && plain.exitCode === 0 && ours.stdout === plain.stdout) return;
  const shown = JSON.stringify({ plain, ours: { ...ours, enforcement: undefined } }).slice(0, 2000);
  throw new Error(`${String(command)} does not do the same in the sandbox: ${shown}`);
}

/**
 * Both ways for one command, proven to do the same. `skipped` says why the machine cannot show what was asked for: a figure of the light
 * tier must never stand for every layer.
 */
export async function bothWays({ command, isolation }, cwd) {
  const { createSandbox } = await import(packageUrl);
  const sandbox = createSandbox({ profile: 'offline', isolation, workspace: cwd });
  const plain = () => runPlain(command, cwd);
  const ours = () => sandbox.run(command);
  const first = await ours();
  const expected = isolation === 'light' ? 'light' : 'standard';
  const { tier } = first.enforcement;
  if (tier !== expected) return { skipped: `this machine gives the ${tier} tier, not the ${expected} one` };
  requireSame(command, await plain(), first);
  const checked = async () => {
    const result = await ours();
    if (result.verdict !== 'ok') throw new Error(`${String(command)}: ${result.verdict}, ${result.stderr}`);
  };
  return { plain, ours: checked, sandbox };
}
