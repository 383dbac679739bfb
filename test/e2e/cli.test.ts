import { execFileSync, spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Result } from '../../src/index.js';
import { useWorkspace } from './workspace.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist/cli/main.js');
const workspace = useWorkspace();

beforeAll(() => {
  // The command line is tested as it is shipped.
  if (!existsSync(main)) execFileSync('npx', ['tsup'], { cwd: root, stdio: 'ignore' });
}, 120_000);

interface How {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

function moated(
  args: readonly string[],
  { cwd = workspace.path, env = {}, input = '' }: How = {},
): SpawnSyncReturns<string> {
  const inherited = { ...process.env };
  delete inherited['MOATED_PROFILE'];
  return spawnSync(process.execPath, [main, ...args], {
    cwd,
    input,
    env: { ...inherited, ...env },
    encoding: 'utf8',
    timeout: 25_000,
  });
}

describe('moated run', () => {
  it('runs a command as if moated were not there', () => {
    const result = moated(['run', '-p', 'offline', '--', 'sh', '-c', 'cat; echo err >&2; exit 7'], {
      input: 'in',
    });
    expect(result).toMatchObject({ status: 7, stdout: 'in', stderr: 'err\n' });
  });

  it('takes options until the command begins', () => {
    expect(moated(['run', 'echo', '--json', '-p', 'x']).stdout).toBe('--json -p x\n');
  });

  it('starts where the user is inside the workspace', () => {
    mkdirSync(join(workspace.path, 'sub'), { recursive: true });
    const cwd = join(workspace.path, 'sub');
    expect(moated(['run', '-w', workspace.path, 'pwd'], { cwd }).stdout).toBe(`${cwd}\n`);
    expect(moated(['run', '-w', workspace.path, 'pwd'], { cwd: '/usr' }).stdout).toBe(`${workspace.path}\n`);
  });

  it('confines the command, and MOATED_PROFILE chooses by how much', () => {
    const file = join(workspace.path, 'made');
    expect(moated(['run', 'touch', file]).status).toBe(1);
    expect(existsSync(file)).toBe(false);
    expect(moated(['run', 'touch', file], { env: { MOATED_PROFILE: 'workspace-write' } }).status).toBe(0);
    expect(existsSync(file)).toBe(true);
    expect(moated(['run', '-p', 'offline', 'rm', file], { env: { MOATED_PROFILE: 'trusted' } }).status).toBe(
      1,
    );
  });

  it('reads no profile from the workspace', () => {
    writeFileSync(join(workspace.path, 'moated.json'), '{"profile":"trusted"}');
    expect(moated(['run', 'touch', join(workspace.outside, 'made')]).status).toBe(1);
  });

  it('grants what flags say', () => {
    const file = join(workspace.outside, 'granted');
    expect(moated(['run', '--allow-write', workspace.outside, 'touch', file]).status).toBe(0);
    expect(
      moated(['run', '--env', 'A=1', '--env', 'B', 'sh', '-c', 'echo $A$B'], { env: { B: '2' } }).stdout,
    ).toBe('12\n');
  });

  it.each([
    ['a time limit', ['run', '--timeout', '200ms', 'sleep', '1000'], 124],
    ['an unknown profile', ['run', '-p', 'nothing', 'true'], 125],
    ['an unknown option', ['run', '--no-such', 'true'], 125],
    ['network rules', ['run', '--allow-net', 'a.example', 'true'], 125],
    ['no execute permission', ['run', '/etc/passwd'], 126],
    ['no such command', ['run', 'no-such-command'], 127],
    ['a signal', ['run', 'sh', '-c', 'kill -TERM $$'], 143],
  ] as const)('ends after %s with its code', (_name, args, status) => {
    const result = moated(args);
    expect(result.status).toBe(status);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain('moated:');
  });

  it('says nothing when there is nothing to say', () => {
    expect(moated(['run', 'true'])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(moated(['run', 'false'])).toMatchObject({ status: 1, stdout: '', stderr: '' });
  });

  it('says what was not fully enforced', () => {
    expect(moated(['run', '-p', 'workspace-net', 'true']).stderr).toContain('network is none');
    expect(moated(['run', '-p', 'trusted', 'true']).stderr).toContain('does not confine');
  });

  it('ends at the output limit', () => {
    const result = moated(['run', '--output', '1k', 'yes']);
    expect(result.stdout.length).toBeLessThanOrEqual(1024);
    expect(result.status).toBe(137);
  });

  it('under --json: output on stderr, one line of result on stdout', () => {
    const result = moated(['run', '--json', 'sh', '-c', 'echo out; echo err >&2; exit 3']);
    expect(result.status).toBe(3);
    expect(result.stderr).toContain('out\n');
    expect(result.stderr).toContain('err\n');
    const lines = result.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    const value = JSON.parse(lines[0]!) as Result;
    expect(value).toMatchObject({
      exitCode: 3,
      verdict: 'exit',
      command: ['sh', '-c', 'echo out; echo err >&2; exit 3'],
    });
    expect(value.enforcement.guarantees['fs-write'].status).toBe('full');
  });

  it('under --json: an error is one line as well', () => {
    const result = moated(['run', '--json', 'no-such-command']);
    expect(result.status).toBe(127);
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'ERR_COMMAND_NOT_FOUND' } });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('passes %s on to the command', async (signal) => {
    const short = signal.slice(3);
    const script = `trap "echo caught; exit 9" ${short}; echo ready; while :; do sleep 0.01; done`;
    const child = spawn(process.execPath, [main, 'run', 'sh', '-c', script], {
      cwd: workspace.path,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    await once(child.stdout, 'data');
    child.kill(signal);
    const [code] = (await once(child, 'close')) as [number];
    expect(out).toBe('ready\ncaught\n');
    expect(code).toBe(9);
  });

  it('ends a command that ignores SIGINT at the second one', async () => {
    const script = 'trap "" INT; echo ready; while :; do sleep 0.01; done';
    const child = spawn(process.execPath, [main, 'run', '--json', 'sh', '-c', script], {
      cwd: workspace.path,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    // Until the result is told: those that come between the end of the run and that are of no account.
    const again = setInterval(() => child.kill('SIGINT'), 10);
    child.stdout.once('data', () => {
      clearInterval(again);
    });
    const [[line], [code]] = (await Promise.all([once(child.stdout, 'data'), once(child, 'close')])) as [
      [Buffer],
      [number],
    ];
    expect(JSON.parse(line.toString())).toMatchObject({ verdict: 'canceled', isCanceled: true });
    expect(code).toBe(130);
  });

  it('ends when its reader leaves', () => {
    const line = `${process.execPath} ${main} run --output 100m yes | head -n 1`;
    expect(
      spawnSync('sh', ['-c', line], { cwd: workspace.path, encoding: 'utf8', timeout: 20_000 }).stdout,
    ).toBe('y\n');
  });
});

describe('moated explain', () => {
  it('shows a policy', () => {
    const { stdout, status } = moated(['explain', '-p', 'workspace-write']);
    expect(status).toBe(0);
    expect(stdout).toContain(`profile workspace-write, workspace ${workspace.path} (write)`);
    expect(stdout).toContain('fs-write: full');
  });

  it('answers one action', () => {
    expect(moated(['explain', '--write', 'x']).stdout).toContain('denied');
    expect(moated(['explain', '-p', 'workspace-write', '--write', 'x']).stdout).toContain('allowed');
    const { stdout } = moated(['explain', '--json', '--read', '/etc/shadow']);
    expect(JSON.parse(stdout)).toMatchObject({ action: { allowed: false, target: '/etc/shadow' } });
    expect(moated(['explain', '--read', 'a', '--write', 'b']).status).toBe(125);
  });
});

describe('moated doctor', () => {
  it('shows the machine', () => {
    const { stdout, status } = moated(['doctor']);
    expect(status).toBe(0);
    expect(stdout).toContain('Landlock: enabled');
    expect(stdout).toContain('offline: runs');
    expect(stdout).toMatch(/^ {2}fs-write: full, .* \((?:run on|run under|built and)/m);
    const report: unknown = JSON.parse(moated(['doctor', '--json']).stdout);
    expect(report).toMatchObject({
      probe: { seccomp: true },
      verified: { network: expect.any(String) as unknown },
    });
  });
});
