import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodeOfError } from '../../../src/cli/exit_code.js';
import { route } from '../../../src/cli/router.js';
import { DeniedError } from '../../../src/errors.js';
import { type Decision } from '../../../src/index.js';

class Text extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'moated-check-')));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function cli(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const stdout = new Text();
  const stderr = new Text();
  const terminal = {
    env: {},
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
  };
  const code = await route(args, terminal);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

const check = (...args: readonly string[]): ReturnType<typeof cli> => cli('check', '-w', folder, ...args);

function policy(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

const deploy = {
  id: 'deploy',
  pattern: ['deploy'],
  decision: 'allow',
  justification: 'ours',
  match: ['deploy now'],
};

describe('moated check', () => {
  it('answers by its exit code, with the reasons', async () => {
    expect(await check('--', 'ls', '-la')).toEqual({
      code: 0,
      stderr: '',
      stdout: 'allow: it only reads\n  allow ls -la: it only reads [default/read-files]\n',
    });
    expect(await check('foo')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^ask: no rule matches\n/) as unknown,
    });
    const denied = await check('-c', 'ls && rm -rf /');
    expect(denied).toMatchObject({
      code: 126,
      stdout: expect.stringMatching(/^deny: .*\n {2}instead: /) as unknown,
    });
    expect(denied.stdout).toContain('[default/remove-tree]');
  });

  it('counts the profile', async () => {
    expect((await check('-p', 'offline', 'mkdir', 'x')).code).toBe(126);
    expect((await check('-p', 'workspace-write', 'mkdir', 'x')).code).toBe(0);
    expect((await check('-p', 'workspace-write', 'cp', 'a', '/etc/passwd')).code).toBe(126);
  });

  it('prints one line of JSON', async () => {
    const { stdout } = await check('--json', '-c', 'ls | foo');
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout) as Decision).toMatchObject({
      decision: 'ask',
      reason: 'no rule matches',
      findings: [{ decision: 'allow' }, { decision: 'ask', subject: 'foo' }],
    });
  });

  it('takes policy files, the strictest answer winning', async () => {
    const mine = policy('mine.json', { version: 1, name: 'mine', rules: [deploy] });
    const strict = policy('strict.json', {
      version: 1,
      name: 'strict',
      rules: [{ ...deploy, decision: 'deny', match: undefined }],
    });
    expect((await check('--policy', mine, 'deploy')).code).toBe(0);
    expect((await check('--policy', mine, 'ls')).code).toBe(1);
    expect((await check('--policy', 'default', '--policy', mine, 'ls')).code).toBe(0);
    expect((await check('--policy', strict, '--policy', mine, 'deploy')).code).toBe(126);
  });

  it('refuses what it does not understand', async () => {
    expect(await check()).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('Name a command') as unknown,
    });
    expect(await check('-c', 'ls', 'ls')).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('not both') as unknown,
    });
    expect(await check('--policy', join(folder, 'none.json'), 'ls')).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('cannot be read') as unknown,
    });
  });
});

describe('moated policy', () => {
  it('checks files with their examples', async () => {
    const good = policy('good.json', {
      version: 1,
      name: 'good',
      rules: [deploy],
      replaces: ['default/remove'],
    });
    expect(await cli('policy', 'check', good)).toEqual({
      code: 0,
      stderr: '',
      stdout: `${good}: ok (good, 1 rules, 1 examples)\n`,
    });
    const bad = policy('bad.json', { version: 1, name: 'bad', rules: [{ ...deploy, match: ['deply now'] }] });
    expect(await cli('policy', 'check', bad)).toMatchObject({
      code: 125,
      stderr: expect.stringMatching(
        /bad: rules\[0\] \(deploy\)\.match\[0\]: the rule does not match "deply now".*\[ERR_POLICY_INVALID\]/,
      ) as unknown,
    });
    expect(await cli('policy', 'check', policy('text.json', '{'))).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('is not JSON') as unknown,
    });
  });

  it('shows the policy that ships, which it accepts', async () => {
    const { stdout } = await cli('policy', 'show');
    const copy = policy('copy.json', stdout.replace('"name": "default"', '"name": "copy"'));
    expect(await cli('policy', 'check', copy)).toMatchObject({ code: 0 });
    expect(await cli('policy', 'chek', copy)).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('Did you mean "check"?') as unknown,
    });
  });

  it('a refusal ends with 126', () => {
    const refusal = { decision: 'deny', reason: 'r' } as const;
    expect(exitCodeOfError(new DeniedError('ERR_COMMAND_DENIED', 'm', refusal))).toBe(126);
    expect(exitCodeOfError(new DeniedError('ERR_APPROVAL_REQUIRED', 'm', refusal))).toBe(126);
  });
});
