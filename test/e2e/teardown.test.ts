import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, processesWith } from '../helpers/processes.js';
import { transpiledPackage } from '../helpers/transpiled.js';

const execute = promisify(execFile);
let workspace: string;
let entry: string;

beforeAll(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'moated-teardown-')));
  entry = JSON.stringify(transpiledPackage());
});

afterAll(() => {
  rmSync(workspace, { recursive: true, force: true });
});

/** Runs a script in a Node process of its own and returns what it printed. It rejects when the process crashed. */
async function inProcess(script: string): Promise<string> {
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', script], {
    cwd: workspace,
  });
  return stdout;
}

const options = (isolation: string): string =>
  `{ workspace: ${JSON.stringify(workspace)}, isolation: '${isolation}' }`;

describe.each(['auto', 'light'])('the end of a host, tier %s', (isolation) => {
  it('may come right after a run', async () => {
    const script = `
      const { createSandbox } = await import(${entry});
      await createSandbox(${options(isolation)}).run(['true']);
      process.exit(0);`;
    for (let round = 0; round < 10; round += 1) await inProcess(script);
  });

  it('may come in the middle of runs, and takes them along', async () => {
    const token = `teardown-${isolation}-${process.pid}`;
    await inProcess(`
      const { createSandbox } = await import(${entry});
      const box = createSandbox(${options(isolation)});
      for (let i = 0; i < 4; i += 1) box.run(['sh', '-c', 'setsid sleep 1000 & sleep 1000', '${token}']);
      await box.run(['true']);
      process.exit(0);`);
    expect(await eventually(() => processesWith(token).length === 0)).toBe(true);
  });

  it('may be the end of workers that alone loaded the addon', async () => {
    const worker = `
      import(${entry}).then(async ({ createSandbox }) => {
        const box = createSandbox(${options(isolation)});
        for (let i = 0; i < 4; i += 1) box.run('sleep 0.2').catch(() => {});
        await box.run(['true']);
        process.exit(0);
      });`;
    const stdout = await inProcess(`
      import { Worker } from 'node:worker_threads';
      for (let i = 0; i < 5; i += 1)
        await new Promise((done) => new Worker(${JSON.stringify(worker)}, { eval: true }).on('exit', done));
      await new Promise((done) => setTimeout(done, 300));
      console.log('alive');`);
    expect(stdout).toBe('alive\n');
  });

  it('of a worker leaves the runs of the main thread alone', async () => {
    const worker = `
      import(${entry}).then(async ({ createSandbox }) => {
        await createSandbox(${options(isolation)}).run(['true']);
      });`;
    const stdout = await inProcess(`
      import { Worker } from 'node:worker_threads';
      const { createSandbox } = await import(${entry});
      const child = createSandbox(${options(isolation)}).spawn('echo kept > $TMPDIR/f; echo ready; read line; cat $TMPDIR/f');
      await new Promise((ready) => child.stdout.once('data', ready));
      await new Promise((done) => new Worker(${JSON.stringify(worker)}, { eval: true }).on('exit', done));
      child.stdout.on('data', (text) => process.stdout.write(text));
      child.stdin.end('go\\n');
      await child.result;`);
    expect(stdout).toBe('kept\n');
  });
});
