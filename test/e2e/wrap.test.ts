import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Command, type RunOptions, type Sandbox } from '../../src/index.js';
import { useWorkspace } from './workspace.js';

const workspace = useWorkspace();

async function start(
  sandbox: Sandbox,
  command: Command,
  profile?: string,
  options?: RunOptions,
): Promise<SpawnSyncReturns<string>> {
  const { file, args, env } = await sandbox.wrap(command, profile, options);
  return spawnSync(file, args, { env, encoding: 'utf8', timeout: 20_000 });
}

describe('wrap', () => {
  it('gives a command for child_process, with exit code, output and working directory', async () => {
    const sandbox = workspace.sandbox();
    const result = await start(sandbox, 'pwd; echo err >&2; exit 3');
    expect(result).toMatchObject({ status: 3, signal: null, stdout: `${workspace.path}\n`, stderr: 'err\n' });
    expect((await start(sandbox, ['printf', '%s|', 'a b', '--', '*'])).stdout).toBe('a b|--|*|');
    expect((await start(sandbox, 'pwd', undefined, { cwd: '/usr' })).stdout).toBe('/usr\n');
  });

  it('enforces the profile', async () => {
    const sandbox = workspace.sandbox();
    const outside = join(workspace.outside, 'file');
    const inside = join(workspace.path, 'file');
    expect((await start(sandbox, `echo x > ${inside}`)).status).not.toBe(0);
    expect(existsSync(inside)).toBe(false);
    expect((await start(sandbox, `echo x > ${inside}`, 'workspace-write')).status).toBe(0);
    expect(existsSync(inside)).toBe(true);
    expect((await start(sandbox, `echo x > ${outside}`, 'workspace-write')).status).not.toBe(0);
    expect(existsSync(outside)).toBe(false);
  });

  it('enforces it in the light tier as well, for profiles that write nothing', async () => {
    const sandbox = workspace.sandbox({ isolation: 'light' });
    const inside = join(workspace.path, 'light');
    expect((await start(sandbox, 'echo out')).stdout).toBe('out\n');
    expect((await start(sandbox, `echo x > ${inside}`)).status).not.toBe(0);
    expect(existsSync(inside)).toBe(false);
  });

  it('has the built environment and private scratch space', async () => {
    const sandbox = workspace.sandbox();
    const { env } = await sandbox.wrap(['true'], undefined, { env: { EXTRA: '1' } });
    expect(env).toMatchObject({ EXTRA: '1', PATH: expect.any(String) as unknown });
    expect((await start(sandbox, 'echo x > $TMPDIR/file && cat $TMPDIR/file')).stdout).toBe('x\n');
  });

  it('ends with the signal of the command, as a shell would say it', async () => {
    const result = await start(workspace.sandbox(), 'kill -TERM $$');
    expect(result.signal === 'SIGTERM' || result.status === 143).toBe(true);
  });

  it('says which commands it cannot start', async () => {
    const result = await start(workspace.sandbox(), ['/nonexistent/program']);
    expect(result.status).toBe(127);
    expect(result.stderr).not.toBe('');
  });

  it('ends after its timeout', async () => {
    const result = await start(workspace.sandbox(), 'sleep 1000', undefined, { timeout: 300 });
    expect(result.status).not.toBe(0);
    expect(result.error).toBeUndefined();
  });

  it('leaves nobody behind when its spawner kills it', async () => {
    const marker = join(workspace.path, 'marker');
    const { file, args, env } = await workspace
      .sandbox()
      .wrap(
        `(setsid sh -c 'while sleep 0.05; do echo x >> ${marker}; done' &) ; echo ready; sleep 1000`,
        'workspace-write',
      );
    const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    const end = once(child, 'close');
    child.kill('SIGKILL');
    await end;
    // What still ran would make the file again.
    const { rmSync } = await import('node:fs');
    const { setTimeout: wait } = await import('node:timers/promises');
    await wait(100);
    rmSync(marker, { force: true });
    await wait(300);
    expect(existsSync(marker)).toBe(false);
  });

  it('is honest about protected paths: nobody checks them at the end', async () => {
    const { enforcement } = await workspace.sandbox().wrap(['true'], 'workspace-write');
    expect(enforcement.guarantees['fs-protected']).toMatchObject({
      status: 'partial',
      reason: expect.stringContaining('nobody checks') as unknown,
    });
    writeFileSync(join(workspace.path, '.npmrc'), '');
    const light = workspace.sandbox({ isolation: 'light' });
    await expect(light.wrap(['true'], 'workspace-write')).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED_FEATURE',
    });
  });
});
