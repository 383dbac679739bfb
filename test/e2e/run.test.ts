import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { defineProfile, RunError, type Sandbox } from '../../src/index.js';
import { machineProbe } from '../../src/native/probe.js';
import { useWorkspace } from './workspace.js';

const workspace = useWorkspace();

describe.each(['auto', 'light', 'fresh'] as const)('run, isolation %s', (isolation) => {
  let made: Sandbox | undefined;
  const sandbox = (): Sandbox => (made ??= workspace.sandbox({ isolation }));

  it('answers with everything that a result has', async () => {
    const result = await sandbox().run(['/bin/sh', '-c', 'echo out; echo err >&2; exit 3']);
    expect(result).toMatchObject({
      command: ['/bin/sh', '-c', 'echo out; echo err >&2; exit 3'],
      exitCode: 3,
      signal: undefined,
      stdout: 'out\n',
      stderr: 'err\n',
      timedOut: false,
      isCanceled: false,
      truncated: { stdout: 0, stderr: 0 },
      verdict: 'exit',
      violations: [],
    });
    expect(result.durationMs).toBeGreaterThan(0);
    expect(result.usage.maxRssBytes).toBeGreaterThan(0);
    expect(result.runId).toMatch(/^[0-9a-f-]{36}$/);
    expect(result.policyHash).toMatch(/^[0-9a-f]{64}$/);
    expect(result.enforcement.guarantees['fs-write'].status).toBe('full');
    expect(Object.values(result)).not.toContain(null);
  });

  it('runs a string in the shell and a list as it is', async () => {
    expect((await sandbox().run('echo $((1 + 1))')).stdout).toBe('2\n');
    expect((await sandbox().run(['echo', '$((1 + 1))', '*'])).stdout).toBe('$((1 + 1)) *\n');
  });

  it('reports a signal', async () => {
    const result = await sandbox().run('kill -TERM $$');
    expect(result).toMatchObject({ verdict: 'signal', signal: 'SIGTERM', exitCode: undefined });
  });

  it('gives bytes under encoding: buffer', async () => {
    const result = await sandbox().run(['printf', '\\377\\000a'], undefined, { encoding: 'buffer' });
    expect(result.stdout).toEqual(Buffer.from([255, 0, 97]));
  });

  it('passes input as text, bytes and a stream', async () => {
    for (const input of ['some text', Buffer.from('some text'), Readable.from(['some ', 'text'])]) {
      expect((await sandbox().run(['cat'], undefined, { input })).stdout).toBe('some text');
    }
  });

  it('passes more input than a pipe holds', async () => {
    const input = 'x'.repeat(3_000_000);
    expect((await sandbox().run(['wc', '-c'], undefined, { input })).stdout.trim()).toBe('3000000');
    expect(
      (await sandbox().run(['wc', '-c'], undefined, { input: Readable.from([input]) })).stdout.trim(),
    ).toBe('3000000');
  });

  it('is not disturbed by a program that does not read its input', async () => {
    const input = 'x'.repeat(3_000_000);
    expect((await sandbox().run(['true'], undefined, { input })).verdict).toBe('ok');
    expect((await sandbox().run(['true'], undefined, { input: Readable.from([input]) })).verdict).toBe('ok');
  });

  it('has an empty stdin without input', async () => {
    expect((await sandbox().run(['cat'])).stdout).toBe('');
  });

  it('keeps maxBuffer bytes of each stream and counts the rest', async () => {
    const result = await sandbox().run('head -c 5000 /dev/zero; head -c 300 /dev/zero >&2', undefined, {
      maxBuffer: 1000,
    });
    expect(result.stdout).toHaveLength(1000);
    expect(result.stderr).toHaveLength(300);
    expect(result.truncated).toEqual({ stdout: 4000, stderr: 0 });
    expect(result.verdict).toBe('ok');
  });

  it('drops what is ignored', async () => {
    const result = await sandbox().run('echo out; echo err >&2', undefined, {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    expect(result).toMatchObject({ stdout: '', stderr: 'err\n' });
  });

  it('ends a run after its timeout, with everything that it started', async () => {
    const result = await sandbox().run('sleep 1000 & sleep 1000', undefined, { timeout: 200 });
    expect(result).toMatchObject({ verdict: 'timeout', timedOut: true, exitCode: undefined });
  });

  it('ends a run when its signal is aborted', async () => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, 100);
    const result = await sandbox().run('sleep 1000', undefined, { signal: controller.signal });
    expect(result).toMatchObject({ verdict: 'canceled', isCanceled: true });
  });

  it('does not start under a signal that is aborted already', async () => {
    const result = await sandbox().run('echo started', undefined, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ verdict: 'canceled', isCanceled: true, stdout: '', exitCode: undefined });
  });

  it('throws a RunError with the result under throwOnError', async () => {
    const failed = sandbox().run('echo out; exit 3', undefined, { throwOnError: true });
    await expect(failed).rejects.toBeInstanceOf(RunError);
    await expect(failed).rejects.toMatchObject({
      code: 'ERR_RUN_FAILED',
      exitCode: 3,
      stdout: 'out\n',
      verdict: 'exit',
    });
    await expect(sandbox().run('true', undefined, { throwOnError: true })).resolves.toMatchObject({
      verdict: 'ok',
    });
  });

  it('starts in the workspace, or in cwd', async () => {
    mkdirSync(join(workspace.path, 'sub'), { recursive: true });
    expect((await sandbox().run('pwd')).stdout).toBe(`${workspace.path}\n`);
    expect((await sandbox().run('pwd', undefined, { cwd: 'sub' })).stdout).toBe(`${workspace.path}/sub\n`);
    expect((await sandbox().run('pwd', undefined, { cwd: '/usr' })).stdout).toBe('/usr\n');
  });

  it('has a built environment, plus what the caller sets', async () => {
    process.env['MOATED_TEST_SECRET'] = 'secret';
    try {
      const one = workspace.sandbox({ isolation, env: { FROM_SANDBOX: '1' } });
      const { stdout } = await one.run(['env'], undefined, { env: { FROM_RUN: '2' } });
      expect(stdout).toContain('FROM_SANDBOX=1\n');
      expect(stdout).toContain('FROM_RUN=2\n');
      expect(stdout).toMatch(/^TMPDIR=\//m);
      expect(stdout).not.toContain('MOATED_TEST_SECRET');
    } finally {
      delete process.env['MOATED_TEST_SECRET'];
    }
  });

  it('has private scratch space that is gone afterwards', async () => {
    const first = await sandbox().run('echo x > $TMPDIR/file && echo $TMPDIR');
    expect(first.verdict).toBe('ok');
    const path = first.stdout.trim();
    expect(existsSync(join(path, 'file'))).toBe(false);
    expect((await sandbox().run(`test -e $TMPDIR/file || test -e ${path}/file`)).exitCode).toBe(1);
  });

  it('writes where the profile lets it, and nowhere else', async () => {
    const inside = join(workspace.path, `inside-${isolation}`);
    const outside = join(workspace.outside, `outside-${isolation}`);
    expect((await sandbox().run(['touch', inside], 'offline')).exitCode).toBe(1);
    expect((await sandbox().run(['touch', inside], 'workspace-write')).verdict).toBe('ok');
    expect(existsSync(inside)).toBe(true);
    for (const profile of ['offline', 'workspace-write', 'workspace-net']) {
      expect((await sandbox().run(`echo x > ${outside}`, profile)).exitCode).not.toBe(0);
      expect(existsSync(outside)).toBe(false);
    }
    expect((await sandbox().run(['touch', outside], 'trusted')).verdict).toBe('ok');
    expect(existsSync(outside)).toBe(true);
  });

  it('takes a profile as a value', async () => {
    const profile = defineProfile({
      extends: 'workspace-write',
      name: 'mine',
      filesystem: { allowWrite: [workspace.outside] },
    });
    const file = join(workspace.outside, `granted-${isolation}`);
    const result = await sandbox().run(['touch', file], profile);
    expect(result.verdict).toBe('ok');
    expect(existsSync(file)).toBe(true);
  });

  it('runs many at once', async () => {
    const runs = Array.from({ length: 24 }, (_, index) => sandbox().run(['echo', String(index)]));
    const results = await Promise.all(runs);
    expect(results.map(({ stdout }) => stdout.trim())).toEqual(results.map((_, index) => String(index)));
    expect(new Set(results.map(({ runId }) => runId)).size).toBe(24);
  });
});

describe('limits', () => {
  it('on output end the run', async () => {
    const one = workspace.sandbox({ limits: { outputBytes: 1000 } });
    expect((await one.run('yes')).verdict).toBe('output');
  });

  it('on CPU time end the run', async () => {
    const one = workspace.sandbox({ limits: { cpuMs: 200 } });
    expect((await one.run('while :; do :; done', undefined, { timeout: 20_000 })).verdict).toBe('limit');
  });

  it('on memory end the run, and the report says whether the kernel or a watchdog does it', async () => {
    const one = workspace.sandbox({ limits: { memoryBytes: 64 * 1024 ** 2 } });
    const code = 'const a=[];for(;;)a.push(Buffer.alloc(1<<20,1))';
    const result = await one.run([process.execPath, '-e', code], undefined, { timeout: 20_000 });
    expect(result.verdict).toBe('memory');
    const probe = machineProbe();
    const status = probe.system === 'linux' && probe.cgroup ? 'full' : 'partial';
    expect(result.enforcement.guarantees.limits.status).toBe(status);
  });

  it('on open files and file sizes are the kernel’s', async () => {
    const one = workspace.sandbox({ limits: { files: 17, fileSizeBytes: 4096 }, profile: 'workspace-write' });
    expect((await one.run('ulimit -n')).stdout).toBe('17\n');
    const result = await one.run(['dd', 'if=/dev/zero', 'of=big', 'bs=1024', 'count=100']);
    expect(result.verdict).toBe('limit');
    rmSync(join(workspace.path, 'big'));
  });
});

describe('protected paths', () => {
  const quarantined = /moved to (\S+)\.$/;

  it.each(['auto', 'light'] as const)(
    'that do not exist are undone and reported, isolation %s',
    async (isolation) => {
      const one = workspace.sandbox({ isolation, profile: 'workspace-write' });
      const result = await one.run('mkdir .vscode && echo evil > .vscode/tasks.json && echo kept > file');
      expect(result.verdict).toBe('ok');
      expect(result.violations).toMatchObject([
        { guarantee: 'fs-protected', target: join(workspace.path, '.vscode') },
      ]);
      expect(existsSync(join(workspace.path, '.vscode'))).toBe(false);
      expect(existsSync(join(workspace.path, 'file'))).toBe(true);
      const kept = quarantined.exec(result.violations[0]!.message)?.[1] ?? '';
      expect(readFileSync(join(kept, 'tasks.json'), 'utf8')).toBe('evil\n');
      rmSync(kept, { recursive: true });
      expect((await one.run('true')).violations).toEqual([]);
    },
  );

  it.each(['auto', 'light'] as const)('that exist keep their content, isolation %s', async (isolation) => {
    const file = join(workspace.path, '.npmrc');
    writeFileSync(file, 'good\n');
    try {
      const one = workspace.sandbox({ isolation, profile: 'workspace-write' });
      const result = await one.run('echo evil > .npmrc; rm -f .npmrc; echo done');
      expect(result.stdout).toBe('done\n');
      expect(readFileSync(file, 'utf8')).toBe('good\n');
      expect(result.violations).toHaveLength(result.enforcement.tier === 'light' ? 1 : 0);
      for (const { message } of result.violations) {
        const kept = quarantined.exec(message)?.[1];
        if (kept !== undefined) rmSync(kept, { recursive: true });
      }
    } finally {
      rmSync(file);
    }
  });

  it('that the host makes between two runs are the host’s', async () => {
    const one = workspace.sandbox({ profile: 'workspace-write' });
    const file = join(workspace.path, '.envrc');
    expect((await one.run('true')).verdict).toBe('ok');
    writeFileSync(file, 'host\n');
    const result = await one.run('echo evil >> .envrc');
    // A mount refuses the change, the light tier undoes it.
    const undone = result.enforcement.tier === 'light';
    expect(result.violations).toHaveLength(undone ? 1 : 0);
    expect(result.exitCode === 0).toBe(undone);
    expect(readFileSync(file, 'utf8')).toBe('host\n');
    rmSync(file);
    expect((await one.run('true')).verdict).toBe('ok');
  });
});

describe('a workspace', () => {
  it('may be named through a link', async () => {
    const link = join(workspace.outside, 'link');
    symlinkSync(workspace.path, link);
    const one = workspace.sandbox({ workspace: link, profile: 'workspace-write' });
    const result = await one.run('touch through-link && pwd');
    expect(result.stdout).toBe(`${workspace.path}\n`);
    expect(existsSync(join(workspace.path, 'through-link'))).toBe(true);
  });
});

describe('disposing', () => {
  it('ends what runs, and refuses what comes later', async () => {
    const one = workspace.sandbox();
    const running = one.run('sleep 1000');
    await one[Symbol.asyncDispose]();
    expect((await running).verdict).toBe('canceled');
    await expect(one.run('true')).rejects.toMatchObject({ code: 'ERR_SANDBOX_CLOSED' });
  });
});

describe('explain and doctor', () => {
  it('answer for the real machine', () => {
    const one = workspace.sandbox();
    const { policy, policyHash, action } = one.explain('workspace-write', { write: 'src/file' });
    expect(policy.workspace).toBe(workspace.path);
    expect(policyHash).toMatch(/^[0-9a-f]{64}$/);
    expect(action).toMatchObject({ allowed: true, target: join(workspace.path, 'src/file') });
    expect(one.explain(policy).policyHash).toBe(policyHash);
    const report = one.doctor();
    expect(report.profiles.map(({ profile }) => profile)).toHaveLength(5);
    expect(report.profiles.find(({ profile }) => profile === 'offline')).toMatchObject({ runs: true });
    expect(report.profiles.find(({ profile }) => profile === 'net-read-only')).toMatchObject({ runs: false });
  });

  it('follow links on the way to a path', () => {
    const one = workspace.sandbox({ profile: 'workspace-write' });
    symlinkSync(workspace.outside, join(workspace.path, 'out'));
    expect(one.explain(undefined, { write: 'out/file' }).action).toMatchObject({
      allowed: false,
      target: join(workspace.outside, 'file'),
    });
    rmSync(join(workspace.path, 'out'));
  });
});
