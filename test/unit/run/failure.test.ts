import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { toLaunchError } from '../../../src/native/failure.js';

const { errno } = constants;
const context = { command: 'tool', cwd: '/work/sub' };

it('the arguments being too long for our own init is the command being too long', () => {
  const failure = { stage: 'init', syscall: 'execveat', errno: errno.E2BIG, path: 'moated-init' };
  expect(toLaunchError(failure, context).code).toBe('ERR_COMMAND_TOO_LONG');
});

function codeOf(stage: string, number: number, command = 'tool'): string {
  return toLaunchError({ stage, syscall: 'call', errno: number, path: '' }, { ...context, command }).code;
}

describe('a failure of the addon', () => {
  it.each([
    ['resolve', errno.ENOENT, 'ERR_COMMAND_NOT_FOUND'],
    ['exec', errno.ENOENT, 'ERR_COMMAND_NOT_FOUND'],
    ['exec', errno.ENOTDIR, 'ERR_COMMAND_NOT_FOUND'],
    ['exec', errno.EACCES, 'ERR_COMMAND_NOT_EXECUTABLE'],
    ['resolve', errno.EACCES, 'ERR_COMMAND_NOT_EXECUTABLE'],
    ['exec', errno.ENOEXEC, 'ERR_COMMAND_NOT_EXECUTABLE'],
    ['exec', errno.E2BIG, 'ERR_COMMAND_TOO_LONG'],
    ['exec', errno.ENOMEM, 'ERR_LAUNCH_FAILED'],
    ['chdir', errno.ENOENT, 'ERR_CWD_NOT_FOUND'],
    ['chdir', errno.ENOTDIR, 'ERR_CWD_NOT_FOUND'],
    ['chdir', errno.EACCES, 'ERR_CWD_NOT_READABLE'],
    ['mounts', errno.EPERM, 'ERR_LAUNCH_FAILED'],
    ['mounts', errno.ENOENT, 'ERR_LAUNCH_FAILED'],
  ] as const)('at %s with errno %i is %s', (stage, number, code) => {
    expect(codeOf(stage, number)).toBe(code);
  });

  it('keeps where it happened', () => {
    const error = toLaunchError(
      { stage: 'mounts', syscall: 'mount', errno: errno.EPERM, path: '/proc' },
      context,
    );
    expect(error).toMatchObject({
      stage: 'mounts',
      syscall: 'mount',
      errno: errno.EPERM,
      path: '/proc',
      subject: '/proc',
    });
    expect(error.message).toMatch(/mount failed at stage "mounts" on \/proc \(EPERM: /);
  });

  it('says how to fix a command that is not in PATH, or not at its path', () => {
    expect(
      toLaunchError({ stage: 'resolve', syscall: '', errno: errno.ENOENT, path: '' }, context).message,
    ).toContain('PATH');
    const path = { command: './tool', cwd: '/' };
    expect(
      toLaunchError({ stage: 'exec', syscall: '', errno: errno.ENOENT, path: '' }, path).message,
    ).toContain('interpreter');
  });
});
