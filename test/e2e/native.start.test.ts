import { describe, expect, it } from 'vitest';
import { compileLinux } from '../../src/compile/linux.js';
import { type LinuxProbe } from '../../src/types.js';
import { nativeBinding } from '../../src/native/load.js';
import { machineProbe } from '../../src/native/probe.js';
import { type RunRequest, startRun } from '../../src/native/start.js';
import { resolvePolicy } from '../../src/profile/resolve.js';
import { readMachineFacts } from '../../src/profile/machine.js';
import { useWorkspace } from './workspace.js';

const workspace = useWorkspace();

function policy(): ReturnType<ReturnType<typeof nativeBinding>['policy']> {
  const resolved = resolvePolicy('trusted', { workspace: workspace.path }, readMachineFacts());
  return nativeBinding().policy(compileLinux(resolved, machineProbe() as LinuxProbe).directives);
}

const request = (more: Partial<RunRequest> = {}): RunRequest => ({
  argv: ['/bin/echo', 'one', 'two'],
  environment: { lines: ['A=1'], text: 'A=1\0', searchPath: undefined },
  cwd: '/',
  stdio: ['ignore', 'capture', 'capture'],
  input: undefined,
  timeoutMs: 0,
  maxCapture: 1000,
  maxOutput: 0,
  memory: 0,
  processes: 0,
  cpuMs: 0,
  ...more,
});

const output = (more: Partial<RunRequest> = {}): Promise<string> =>
  new Promise((resolve) => {
    startRun(policy(), request(more), (stdout) => {
      resolve(String(stdout ?? ''));
    });
  });

describe('a request to the addon', () => {
  it('keeps every argument and every variable apart', async () => {
    expect(await output()).toBe('one two\n');
    expect(await output({ argv: ['/bin/echo', '', 'x', ''] })).toBe(' x \n');
    const argv = ['/usr/bin/env'];
    expect(await output({ argv })).toBe('A=1\n');
    expect(await output({ argv, environment: { lines: [], text: '', searchPath: undefined } })).toBe('');
  });

  // The rest would move up, and another program than the one that was checked would run.
  it.each([
    ['a NUL in an argument', { argv: ['/bin/echo', 'a\0b'] }],
    ['a NUL in the working directory', { cwd: '/\0/tmp' }],
    ['a NUL in the search path', { environment: { lines: [], text: '', searchPath: '/bin\0/tmp' } }],
    [
      'a NUL in a variable',
      { environment: { lines: ['A=1\0B=2'], text: 'A=1\0B=2\0', searchPath: undefined } },
    ],
    ['a variable too few', { environment: { lines: ['A=1'], text: '', searchPath: undefined } }],
    ['no command', { argv: [] }],
    ['a relative directory', { cwd: 'tmp' }],
    ['a limit that is no number', { timeoutMs: NaN }],
    ['a negative limit', { memory: -1 }],
    ['an unknown stream', { stdio: ['ignore', 'capture', -4] }],
  ] as const)('is refused with %s', (_, more) => {
    expect(() => startRun(policy(), request(more), () => undefined)).toThrow(TypeError);
  });

  it('answers for a run that is over as for one that never was', async () => {
    const ended = await new Promise<ReturnType<typeof startRun>>((resolve) => {
      const run = startRun(policy(), request(), () => {
        resolve(run);
      });
    });
    for (const run of [ended]) {
      run.kill();
      run.ref();
      run.unref();
      expect(run.signal(15)).toBe(false);
    }
    expect(nativeBinding().signal(0, 9)).toBe(false);
    expect(nativeBinding().signal(1e9, 9)).toBe(false);
  });
});
