import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { RunError, type Sandbox } from '../../src/index.js';
import { useWorkspace } from './workspace.js';

const workspace = useWorkspace();

describe.each(['auto', 'light'] as const)('spawn, isolation %s', (isolation) => {
  let made: Sandbox | undefined;
  const sandbox = (): Sandbox => (made ??= workspace.sandbox({ isolation }));

  it('has the streams and the events of a ChildProcess, in their order', async () => {
    const subprocess = sandbox().spawn(['sh', '-c', 'cat; echo err >&2; exit 3']);
    const events: string[] = [];
    for (const name of ['spawn', 'exit', 'close']) subprocess.on(name, () => events.push(name));
    expect(subprocess.pid).toBeUndefined();
    expect(subprocess.spawnargs).toEqual(['sh', '-c', 'cat; echo err >&2; exit 3']);
    expect(subprocess.stdio).toEqual([subprocess.stdin, subprocess.stdout, subprocess.stderr]);
    await once(subprocess, 'spawn');
    expect(subprocess.pid).toBeGreaterThan(0);
    subprocess.stdin?.end('some input');
    const [out, err] = await Promise.all([text(subprocess.stdout!), text(subprocess.stderr!)]);
    expect([out, err]).toEqual(['some input', 'err\n']);
    if (!events.includes('close')) await once(subprocess, 'close');
    expect(events).toEqual(['spawn', 'exit', 'close']);
    expect(subprocess.exitCode).toBe(3);
    expect(subprocess.signalCode).toBeNull();
  });

  it('can be awaited for its result', async () => {
    const result = await sandbox().spawn('exit 3', undefined, { stdio: 'ignore' });
    expect(result).toMatchObject({ exitCode: 3, verdict: 'exit', stdout: '', violations: [] });
    const failed = sandbox().spawn('exit 3', undefined, { stdio: 'ignore', throwOnError: true });
    await expect(failed).rejects.toBeInstanceOf(RunError);
  });

  it('gives lines by for await', async () => {
    const lines: string[] = [];
    for await (const line of sandbox().spawn('printf "a\\nb\\r\\nlast"')) lines.push(line);
    expect(lines).toEqual(['a', 'b', 'last']);
  });

  it('streams while the program runs', async () => {
    const subprocess = sandbox().spawn(['cat']);
    for (const word of ['one', 'two']) {
      subprocess.stdin?.write(`${word}\n`);
      const [chunk] = (await once(subprocess.stdout!, 'data')) as [Buffer];
      expect(chunk.toString()).toBe(`${word}\n`);
    }
    subprocess.stdin?.end();
    expect((await subprocess).verdict).toBe('ok');
  });

  it('takes input as bytes and as a stream', async () => {
    for (const input of ['bytes', Readable.from(['bytes'])]) {
      const subprocess = sandbox().spawn(['cat'], undefined, { input });
      expect(await text(subprocess.stdout!)).toBe('bytes');
    }
  });

  it('can be signalled, also before it has started', async () => {
    const subprocess = sandbox().spawn('sleep 1000');
    expect(subprocess.kill('SIGTERM')).toBe(true);
    const result = await subprocess;
    expect(result).toMatchObject({ verdict: 'signal', signal: 'SIGTERM' });
    expect(subprocess).toMatchObject({ signalCode: 'SIGTERM', exitCode: null, killed: true });
    expect(subprocess.kill()).toBe(false);
  });

  it('passes on a signal that the program handles', async () => {
    const subprocess = sandbox().spawn(
      'trap "echo caught; exit 7" USR1; echo ready; while :; do sleep 0.01; done',
    );
    await once(subprocess.stdout!, 'data');
    expect(subprocess.kill('SIGUSR1')).toBe(true);
    expect(await text(subprocess.stdout!)).toBe('caught\n');
    expect((await subprocess).exitCode).toBe(7);
  });

  it('is canceled by its signal, before and after the start', async () => {
    const controller = new AbortController();
    const subprocess = sandbox().spawn('echo ready; sleep 1000', undefined, { signal: controller.signal });
    await once(subprocess.stdout!, 'data');
    controller.abort();
    expect((await subprocess).verdict).toBe('canceled');
    const never = await sandbox().spawn('sleep 1000', undefined, { signal: AbortSignal.abort() });
    expect(never).toMatchObject({ verdict: 'canceled', exitCode: undefined });
  });

  it('is ended by its timeout', async () => {
    expect((await sandbox().spawn('sleep 1000', undefined, { timeout: 200 })).verdict).toBe('timeout');
  });

  it('ends at its output limit, and passes no more than that', async () => {
    const one = workspace.sandbox({ isolation, limits: { outputBytes: 1000 } });
    const subprocess = one.spawn('yes');
    expect((await text(subprocess.stdout!)).length).toBeLessThanOrEqual(1000);
    expect((await subprocess).verdict).toBe('output');
  });

  it('is ended by await using', async () => {
    let escaped;
    {
      await using subprocess = sandbox().spawn('sleep 1000');
      escaped = subprocess;
    }
    expect((await escaped.result).verdict).toBe('canceled');
  });

  it('reports what cannot start by an error event, or by its promise', async () => {
    const heard = sandbox().spawn(['/nonexistent/program']);
    const [error] = (await once(heard, 'error')) as [Error];
    expect(error).toMatchObject({ code: 'ERR_COMMAND_NOT_FOUND' });
    await expect(sandbox().spawn(['/nonexistent/program'])).rejects.toMatchObject({
      code: 'ERR_COMMAND_NOT_FOUND',
    });
  });

  it('sees files that change between two starts as they are then', async () => {
    const one = workspace.sandbox({ isolation, profile: 'workspace-write' });
    const file = join(workspace.path, '.npmrc');
    expect((await one.spawn('test ! -e .npmrc')).verdict).toBe('ok');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(file, 'host\n');
    const result = await one.spawn('cat .npmrc; echo evil > .npmrc', undefined, {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(readFileSync(file, 'utf8')).toBe('host\n');
    for (const { message } of result.violations) {
      const kept = /moved to (\S+)\.$/.exec(message)?.[1];
      if (kept !== undefined) rmSync(kept);
    }
    rmSync(file);
  });

  it('undoes what was created in protected places', async () => {
    const one = workspace.sandbox({ isolation, profile: 'workspace-write' });
    const { violations } = await one.spawn('echo x > .envrc');
    expect(violations).toMatchObject([{ target: join(workspace.path, '.envrc') }]);
    expect(existsSync(join(workspace.path, '.envrc'))).toBe(false);
    rmSync(/moved to (\S+)\.$/.exec(violations[0]!.message)![1]!);
  });
});
