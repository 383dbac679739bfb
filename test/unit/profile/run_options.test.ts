import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  validateCommand,
  validateRunOptions,
  validateSandboxOptions,
} from '../../../src/profile/run_options.js';
import { errorOf } from './tree.js';

const runError = (options: unknown) =>
  errorOf(() => {
    validateRunOptions(options);
  });
const sandboxError = (options: unknown) =>
  errorOf(() => {
    validateSandboxOptions(options);
  });
const commandError = (command: unknown) =>
  errorOf(() => {
    validateCommand(command);
  });

describe('validateRunOptions', () => {
  it.each<[string, unknown]>([
    ['none', {}],
    ['undefined for all', { cwd: undefined, timeout: undefined, stdio: undefined, input: undefined }],
    [
      'every option',
      {
        cwd: '/x',
        env: { A: '1', B: undefined },
        input: 'x',
        timeout: 10,
        signal: new AbortController().signal,
        maxBuffer: 0,
        encoding: 'buffer',
        stdio: 'pipe',
        throwOnError: true,
      },
    ],
    ['bytes as input', { input: new Uint8Array(3) }],
    ['a stream as input', { input: Readable.from(['x']) }],
    ['three streams', { stdio: ['ignore', 'pipe', 'inherit'] }],
    ['a timeout of zero', { timeout: 0 }],
  ])('accepts %s', (_, options) => {
    expect(() => {
      validateRunOptions(options);
    }).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['no object', null, 'options'],
    ['an unknown option', { timeoout: 1 }, 'timeoout'],
    ['an option of a sandbox', { network: 'all' }, 'network'],
    ['a negative timeout', { timeout: -1 }, 'timeout'],
    ['NaN', { timeout: NaN }, 'timeout'],
    ['an infinite timeout', { timeout: Infinity }, 'timeout'],
    ['a text as timeout', { timeout: '30s' }, 'timeout'],
    ['a negative maxBuffer', { maxBuffer: -1 }, 'maxBuffer'],
    ['a fractional maxBuffer', { maxBuffer: 0.5 }, 'maxBuffer'],
    ['a wrong encoding', { encoding: 'latin1' }, 'encoding'],
    ['a wrong stdio', { stdio: 'pip' }, 'stdio'],
    ['two streams', { stdio: ['pipe', 'pipe'] }, 'stdio'],
    ['a descriptor', { stdio: ['pipe', 'pipe', 7] }, 'stdio[2]'],
    ['a wrong signal', { signal: 'SIGTERM' }, 'signal'],
    ['a wrong throwOnError', { throwOnError: 'yes' }, 'throwOnError'],
    ['a wrong input', { input: 5 }, 'input'],
    ['null as input', { input: null }, 'input'],
    ['input without a pipe', { input: 'x', stdio: 'ignore' }, 'input'],
    ['input without a pipe on stdin', { input: 'x', stdio: ['inherit', 'pipe', 'pipe'] }, 'input'],
  ])('refuses %s', (_, options, subject) => {
    const error = runError(options);
    expect([error.code, error.subject]).toEqual(['ERR_INVALID_OPTION', subject]);
  });

  it('says which option was meant', () => {
    expect(runError({ timeoout: 1 }).message).toContain('Did you mean "timeout"?');
    expect(runError({ stdio: 'inhert' }).message).toContain('Did you mean "inherit"?');
  });

  it('refuses a cwd that is no path and a malformed environment with their own codes', () => {
    for (const cwd of ['', 'a\0b', 5, null]) expect(runError({ cwd }).code).toBe('ERR_INVALID_PATH');
    for (const env of [{ 'A=': '1' }, { A: 1 }, []]) expect(runError({ env }).code).toBe('ERR_INVALID_ENV');
  });
});

describe('validateSandboxOptions', () => {
  it.each<[string, unknown]>([
    ['none', {}],
    [
      'every option',
      {
        profile: 'offline',
        workspace: '.',
        filesystem: { read: 'minimal', allowRead: [], allowWrite: ['x'], protect: [], hide: ['.env*'] },
        network: 'none',
        limits: { files: 3 },
        env: {},
        compat: 'hard',
        isolation: 'light',
      },
    ],
  ])('accepts %s', (_, options) => {
    expect(() => {
      validateSandboxOptions(options);
    }).not.toThrow();
  });

  it.each<[string, unknown, string, string]>([
    ['no object', 5, 'ERR_INVALID_OPTION', 'options'],
    ['an unknown option', { workspaces: '.' }, 'ERR_INVALID_OPTION', 'workspaces'],
    ['a run option', { timeout: 5 }, 'ERR_INVALID_OPTION', 'timeout'],
    ['a wrong profile', { profile: 5 }, 'ERR_INVALID_OPTION', 'profile'],
    ['a null profile', { profile: null }, 'ERR_INVALID_OPTION', 'profile'],
    ['a wrong network', { network: [] }, 'ERR_INVALID_OPTION', 'network'],
    ['a wrong list', { filesystem: { allowWrite: 'x' } }, 'ERR_INVALID_OPTION', 'filesystem.allowWrite'],
    ['a wrong limit', { limits: { files: '9' } }, 'ERR_INVALID_OPTION', 'limits.files'],
    ['a wrong compat', { compat: 'soft' }, 'ERR_INVALID_OPTION', 'compat'],
    ['a wrong isolation', { isolation: 'heavy' }, 'ERR_INVALID_OPTION', 'isolation'],
    ['an empty workspace', { workspace: '' }, 'ERR_INVALID_PATH', 'workspace'],
    ['NUL in the workspace', { workspace: '/a\0' }, 'ERR_INVALID_PATH', 'workspace'],
    ['a malformed environment', { env: { '': 'x' } }, 'ERR_INVALID_ENV', ''],
  ])('refuses %s', (_, options, code, subject) => {
    const error = sandboxError(options);
    expect([error.code, error.subject]).toEqual([code, subject]);
  });
});

describe('validateCommand', () => {
  it.each<[unknown]>([['ls | wc'], [['ls', '', 'a b']], [['x'.repeat(131_071)]], ['y'.repeat(131_071)]])(
    'accepts %#',
    (command) => {
      expect(() => {
        validateCommand(command);
      }).not.toThrow();
    },
  );

  it.each<[unknown]>([
    [''],
    [' \n\t'],
    [[]],
    [['']],
    [['', 'a']],
    ['a\0b'],
    [['a', 'b\0']],
    [['a', 5]],
    [[null]],
    [5],
    [null],
    [undefined],
    [{}],
  ])('refuses %j', (command) => {
    expect(commandError(command).code).toBe('ERR_INVALID_COMMAND');
  });

  it('refuses an argument over the bound of the kernel, in bytes and not in characters', () => {
    expect(commandError('x'.repeat(131_072)).code).toBe('ERR_COMMAND_TOO_LONG');
    expect(commandError(['x', 'y'.repeat(131_072)]).message).toContain('argument 1');
    expect(commandError(['é'.repeat(65_536)]).code).toBe('ERR_COMMAND_TOO_LONG');
    expect(commandError(['€'.repeat(43_691)]).code).toBe('ERR_COMMAND_TOO_LONG');
  });

  it('accepts any text without NUL that is short enough', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (argv) => {
        const fine = argv[0] !== '' && argv.every((argument) => !argument.includes('\0'));
        const accepted = ((): boolean => {
          try {
            validateCommand(argv);
            return true;
          } catch {
            return false;
          }
        })();
        expect(accepted).toBe(fine);
      }),
    );
  });
});
