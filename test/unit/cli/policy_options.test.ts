import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/cli/arguments.js';
import { policyOptions, sandboxOptions } from '../../../src/cli/policy_options.js';
import { type SandboxOptions } from '../../../src/types.js';

function options(args: readonly string[], env: NodeJS.ProcessEnv = {}): SandboxOptions {
  return sandboxOptions(parse(args, policyOptions), env);
}

describe('flags', () => {
  it('become the options of a sandbox', () => {
    expect(
      options(
        [
          ...[
            '-p',
            'workspace',
            '-w',
            '/w',
            '--allow-read',
            '/a',
            '--allow-read',
            '/b',
            '--allow-write',
            '/c',
          ],
          ...[
            '--cpu',
            '10s',
            '--memory',
            '512m',
            '--processes',
            '7',
            '--files',
            '64',
            '--file-size',
            '1g',
            '--output',
            '10k',
          ],
          ...['--compat', 'best-effort', '--isolation', 'light', '--env', 'A=1=2', '--env', 'B'],
        ],
        { B: 'host' },
      ),
    ).toEqual({
      profile: 'workspace',
      workspace: '/w',
      filesystem: { allowRead: ['/a', '/b'], allowWrite: ['/c'] },
      limits: {
        cpuMs: 10_000,
        memoryBytes: 512 * 1024 ** 2,
        processes: 7,
        files: 64,
        fileSizeBytes: 1024 ** 3,
        outputBytes: 10 * 1024,
      },
      compat: 'best-effort',
      isolation: 'light',
      env: { A: '1=2', B: 'host' },
    });
  });

  it('grant nothing that was not asked for', () => {
    expect(options([])).toEqual({ filesystem: { allowRead: [], allowWrite: [] }, limits: {}, env: {} });
  });

  it('outrank MOATED_PROFILE', () => {
    expect(options([], { MOATED_PROFILE: 'trusted' }).profile).toBe('trusted');
    expect(options(['-p', 'offline'], { MOATED_PROFILE: 'trusted' }).profile).toBe('offline');
    expect(options([], { MOATED_PROFILE: '' }).profile).toBeUndefined();
  });

  it('with values that mean nothing are refused', () => {
    for (const args of [
      ['--processes', '0'],
      ['--processes', '-1'],
      ['--processes', '1.5'],
      ['--processes', 'many'],
      ['--memory', 'lots'],
      ['--cpu', '10'],
      ['--compat', 'soft'],
      ['--isolation', 'none'],
    ]) {
      expect(() => options(args), args.join(' ')).toThrow();
    }
  });

  it('that need the broker are refused by name', () => {
    expect(() => options(['--allow-net', 'a.example:443'])).toThrow(
      expect.objectContaining({
        code: 'ERR_UNSUPPORTED_FEATURE',
        message: expect.stringContaining('--allow-net a.example:443') as unknown,
      }) as Error,
    );
  });
});
