import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { exitCodeOfError, exitCodeOfResult } from '../../../src/cli/exit_code.js';
import { route } from '../../../src/cli/router.js';
import { paint } from '../../../src/cli/terminal.js';
import { LaunchError, ProfileError } from '../../../src/errors.js';
import { type Result } from '../../../src/types.js';

class Text extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function cli(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const stdout = new Text();
  const stderr = new Text();
  const code = await route(args, {
    env: {},
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

describe('the router', () => {
  it('shows help and the version', async () => {
    expect(await cli('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('doctor') as unknown,
      stderr: '',
    });
    expect((await cli('help', 'run')).stdout).toContain('--allow-write PATH');
    expect((await cli('run', '--help')).stdout).toContain('-p, --profile PROFILE');
    expect((await cli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('refuses what it does not know, with a suggestion', async () => {
    expect(await cli('rum')).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('Did you mean "run"?') as unknown,
    });
    expect(await cli('run', '--timeot', '1s', 'ls')).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('--timeout') as unknown,
    });
    expect(await cli('constructor')).toMatchObject({ code: 125 });
    expect(await cli('help', 'nothing')).toMatchObject({ code: 125 });
    expect(await cli()).toMatchObject({ code: 125 });
  });

  it('refuses a run without a command', async () => {
    expect(await cli('run', '-p', 'offline', '--')).toMatchObject({ code: 125, stdout: '' });
  });

  it('shows the code of an error', async () => {
    expect((await cli('run', '-p', 'nothing', 'ls')).stderr).toContain('[ERR_UNKNOWN_PROFILE]');
  });
});

describe('exit codes', () => {
  it.each([
    [{ verdict: 'ok', exitCode: 0 }, 0],
    [{ verdict: 'exit', exitCode: 42 }, 42],
    [{ verdict: 'signal', signal: 'SIGTERM' }, 143],
    [{ verdict: 'timeout', signal: 'SIGKILL' }, 124],
    [{ verdict: 'denied' }, 126],
    [{ verdict: 'canceled' }, 130],
    [{ verdict: 'memory', signal: 'SIGKILL' }, 137],
    [{ verdict: 'limit', signal: 'SIGXCPU' }, 152],
  ] as const)('of a result %o', (result, code) => {
    expect(exitCodeOfResult(result as unknown as Result)).toBe(code);
  });

  it('of our own failures', () => {
    const failure = { stage: 'exec', syscall: 'execve', errno: 2, path: '' };
    expect(exitCodeOfError(new LaunchError('ERR_COMMAND_NOT_FOUND', '', failure))).toBe(127);
    expect(exitCodeOfError(new LaunchError('ERR_COMMAND_NOT_EXECUTABLE', '', failure))).toBe(126);
    expect(exitCodeOfError(new ProfileError('ERR_UNKNOWN_PROFILE', ''))).toBe(125);
    expect(exitCodeOfError(new Error('x'))).toBe(125);
  });
});

describe('colour', () => {
  const terminal = { isTTY: true } as unknown as NodeJS.WriteStream;
  it('is for terminals, and not under NO_COLOR', () => {
    expect(paint('x', 'red', terminal, {})).toBe('\u001b[31mx\u001b[0m');
    expect(paint('x', 'red', terminal, { NO_COLOR: '1' })).toBe('x');
    expect(paint('x', 'red', { isTTY: false } as unknown as NodeJS.WriteStream, {})).toBe('x');
  });
});
