import { describe, expect, it } from 'vitest';
import { describeErrno } from '../../../src/native/errno.js';
import { toLaunchError } from '../../../src/native/failure.js';
import { exitMeaning } from '../../../src/native/ntstatus.js';
import { describeWin32, win32 } from '../../../src/native/win32_errors.js';
import { verdictOf } from '../../../src/run/verdict.js';

const context = { command: 'tool', cwd: 'C:\\work' };

function launchError(stage: string, errno: number, path = ''): { code: string; message: string } {
  return toLaunchError({ stage, syscall: 'CreateProcessW', errno, path }, context, 'win32');
}

describe('a code of Windows', () => {
  it('has its name and its meaning', () => {
    expect(describeWin32(5)).toBe('ERROR_ACCESS_DENIED (5): access is denied');
    expect(describeErrno(5, 'win32')).toBe(describeWin32(5));
    expect(describeErrno(2, 'linux')).toMatch(/^ENOENT/);
  });

  it('that is not known is still named, an HRESULT in its usual form', () => {
    expect(describeWin32(99_999)).toBe('Windows error 99999');
    expect(describeWin32(0x80070005 | 0)).toBe('Windows error 0x80070005');
  });

  it('that decides what an error says is in the table', () => {
    for (const code of Object.values(win32)) expect(describeWin32(code)).toMatch(/^ERROR_/);
  });
});

describe('a launch that failed on Windows', () => {
  it.each<[string, number, string, string, string]>([
    ['resolve', 2, '', 'ERR_COMMAND_NOT_FOUND', 'as .exe or .com'],
    ['resolve', 193, 'C:\\npm.cmd', 'ERR_COMMAND_NOT_EXECUTABLE', 'batch file'],
    ['resolve', 193, 'C:\\npm.CMD. ', 'ERR_COMMAND_NOT_EXECUTABLE', 'batch file'],
    ['resolve', 193, 'C:\\x.txt', 'ERR_COMMAND_NOT_EXECUTABLE', 'no program'],
    ['exec', 5, 'C:\\x.exe', 'ERR_COMMAND_NOT_EXECUTABLE', 'allowRead'],
    ['exec', 216, 'C:\\x.exe', 'ERR_COMMAND_NOT_EXECUTABLE', 'another processor'],
    ['exec', 740, 'C:\\x.exe', 'ERR_COMMAND_NOT_EXECUTABLE', 'administrative rights'],
    ['exec', 1260, 'C:\\x.exe', 'ERR_COMMAND_NOT_EXECUTABLE', 'ERROR_ACCESS_DISABLED_BY_POLICY'],
    ['exec', 206, '', 'ERR_COMMAND_TOO_LONG', 'longer than Windows allows'],
    ['exec', 267, '', 'ERR_CWD_NOT_FOUND', 'C:\\work'],
    ['job', 5, '', 'ERR_LAUNCH_FAILED', 'ERROR_ACCESS_DENIED (5)'],
    // The number 13 is EACCES elsewhere.
    ['exec', 13, '', 'ERR_LAUNCH_FAILED', 'ERROR_INVALID_DATA (13)'],
  ])('at %s with %i', (stage, errno, path, code, says) => {
    const error = launchError(stage, errno, path);
    expect(error.code).toBe(code);
    expect(error.message).toContain(says);
  });

  it('elsewhere means what it meant', () => {
    const error = toLaunchError(
      { stage: 'exec', syscall: 'execve', errno: 13, path: '/x' },
      context,
      'linux',
    );
    expect(error.code).toBe('ERR_COMMAND_NOT_EXECUTABLE');
  });
});

describe('an exit code of Windows', () => {
  const verdict = (exitCode: number): string => verdictOf({ reason: 'exit', exitCode }, {});

  it.each([
    [0, 'ok'],
    [1, 'exit'],
    [0xc0000005, 'signal'],
    [0xc000013a, 'signal'],
    [0xc0000409, 'signal'],
    [0xc0000044, 'limit'],
    [0xc0000017, 'memory'],
    [0xc0000135, 'exit'],
    // A refusal is never guessed from a number.
    [0xc0000022, 'exit'],
    [0xc1234567, 'exit'],
  ])('%i is "%s"', (exitCode, expected) => {
    expect(verdict(exitCode)).toBe(expected);
  });

  it('says what it means', () => {
    expect(exitMeaning(0xc0000135)?.meaning).toMatch(/library is missing/);
    expect(exitMeaning(3)).toBeUndefined();
  });

  it('gives way to what ended the run', () => {
    expect(verdictOf({ reason: 'timeout', exitCode: 0xc0000005 }, {})).toBe('timeout');
  });
});
