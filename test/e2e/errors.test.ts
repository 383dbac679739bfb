import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Command,
  createSandbox,
  isSandboxError,
  LaunchError,
  ProfileError,
  type RunOptions,
  type SandboxOptions,
  UnsupportedError,
} from '../../src/index.js';
import { useWorkspace } from './workspace.js';

const workspace = useWorkspace();

interface Attempt {
  readonly command?: unknown;
  readonly profile?: unknown;
  readonly options?: unknown;
  readonly sandbox?: SandboxOptions;
}

/** What a bad run fails with. Values that the types forbid come from JavaScript all the same. */
async function failure({ command = ['true'], profile, options, sandbox = {} }: Attempt): Promise<unknown> {
  try {
    const one = createSandbox({ workspace: workspace.path, ...sandbox });
    await one.run(command as Command, profile as string | undefined, options as RunOptions | undefined);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(['auto', 'light'] as const)('bad input, isolation %s', (isolation) => {
  const cases: readonly (readonly [string, string, () => Attempt])[] = [
    ['an unknown profile', 'ERR_UNKNOWN_PROFILE', () => ({ profile: 'ofline' })],
    [
      'a missing workspace',
      'ERR_WORKSPACE_NOT_FOUND',
      () => ({ sandbox: { workspace: join(workspace.path, 'missing') } }),
    ],
    [
      'a workspace that is a file',
      'ERR_WORKSPACE_NOT_FOUND',
      () => ({ sandbox: { workspace: '/etc/passwd' } }),
    ],
    ['a workspace that is /', 'ERR_WORKSPACE_TOO_WIDE', () => ({ sandbox: { workspace: '/' } })],
    [
      'a workspace that is the home directory',
      'ERR_WORKSPACE_TOO_WIDE',
      () => ({ sandbox: { workspace: homedir() } }),
    ],
    ['a workspace with NUL', 'ERR_INVALID_PATH', () => ({ sandbox: { workspace: '/a\0b' } })],
    ['a cwd with NUL', 'ERR_INVALID_PATH', () => ({ options: { cwd: 'a\0b' } })],
    ['a rule with NUL', 'ERR_INVALID_OPTION', () => ({ sandbox: { filesystem: { allowRead: ['a\0b'] } } })],
    ['an argument with NUL', 'ERR_INVALID_COMMAND', () => ({ command: ['echo', 'a\0b'] })],
    ['an empty command', 'ERR_INVALID_COMMAND', () => ({ command: [] })],
    ['an empty shell line', 'ERR_INVALID_COMMAND', () => ({ command: '' })],
    ['a command that is a number', 'ERR_INVALID_COMMAND', () => ({ command: 7 })],
    ['a program that is nowhere', 'ERR_COMMAND_NOT_FOUND', () => ({ command: ['no-such-program'] })],
    ['a program at no path', 'ERR_COMMAND_NOT_FOUND', () => ({ command: ['/nonexistent/program'] })],
    ['a program that is a directory', 'ERR_COMMAND_NOT_EXECUTABLE', () => ({ command: ['/etc'] })],
    [
      'a program that may not be executed',
      'ERR_COMMAND_NOT_EXECUTABLE',
      () => ({ command: ['/etc/passwd'] }),
    ],
    [
      'an argv over the limit of the kernel',
      'ERR_COMMAND_TOO_LONG',
      () => ({ command: ['true', ...Array<string>(100).fill('x'.repeat(100_000))] }),
    ],
    [
      'one argument over the limit',
      'ERR_COMMAND_TOO_LONG',
      () => ({ command: ['true', 'x'.repeat(140_000)] }),
    ],
    ['a negative timeout', 'ERR_INVALID_OPTION', () => ({ options: { timeout: -1 } })],
    ['an unknown option', 'ERR_INVALID_OPTION', () => ({ options: { timout: 1 } })],
    ['a cwd that does not exist', 'ERR_CWD_NOT_FOUND', () => ({ options: { cwd: 'missing' } })],
    ['a cwd that is a file', 'ERR_CWD_NOT_FOUND', () => ({ options: { cwd: '/etc/passwd' } })],
    ['a malformed variable', 'ERR_INVALID_ENV', () => ({ options: { env: { 'A=B': '1' } } })],
    ['a variable with NUL', 'ERR_INVALID_ENV', () => ({ options: { env: { A: '\0' } } })],
    [
      'net-read-only, which needs the broker',
      'ERR_UNSUPPORTED_FEATURE',
      () => ({ profile: 'net-read-only' }),
    ],
  ];

  it.each(cases)('%s: %s', async (_name, code, attempt) => {
    const { sandbox, ...rest } = attempt();
    const error = await failure({ ...rest, sandbox: { isolation, ...sandbox } });
    expect(error).toMatchObject({ code });
    expect(isSandboxError(error)).toBe(true);
    expect((error as Error).message.length).toBeGreaterThan(15);
  });

  it('a cwd outside of what may be read', async () => {
    const sandbox: SandboxOptions = { isolation, filesystem: { read: 'minimal' } };
    expect(await failure({ sandbox, options: { cwd: workspace.outside } })).toMatchObject({
      code: 'ERR_CWD_NOT_READABLE',
    });
    const hidden: SandboxOptions = { isolation, filesystem: { hide: [workspace.outside] } };
    expect(await failure({ sandbox: hidden, options: { cwd: workspace.outside } })).toMatchObject({
      code: 'ERR_CWD_NOT_READABLE',
    });
  });

  it('a cwd that was removed after it was used', async () => {
    const one = workspace.sandbox({ isolation });
    const sub = join(workspace.path, `sub-${isolation}`);
    mkdirSync(sub);
    expect((await one.run('pwd', undefined, { cwd: sub })).stdout).toBe(`${sub}\n`);
    rmSync(sub, { recursive: true });
    await expect(one.run('pwd', undefined, { cwd: sub })).rejects.toMatchObject({
      code: 'ERR_CWD_NOT_FOUND',
    });
  });

  it('a cyclic symlink', async () => {
    const link = join(workspace.outside, `cycle-${isolation}`);
    symlinkSync(link, link);
    expect(await failure({ sandbox: { isolation, workspace: link } })).toMatchObject({
      code: 'ERR_INVALID_PATH',
    });
    expect(await failure({ sandbox: { isolation }, options: { cwd: link } })).toMatchObject({
      code: 'ERR_CWD_NOT_FOUND',
    });
  });

  it('a script without an interpreter, and one whose interpreter is missing', async () => {
    const bare = join(workspace.path, `bare-${isolation}`);
    writeFileSync(bare, 'echo not a script for execve\n');
    chmodSync(bare, 0o755);
    expect(await failure({ sandbox: { isolation }, command: [bare] })).toMatchObject({
      code: 'ERR_COMMAND_NOT_EXECUTABLE',
    });
    writeFileSync(bare, '#!/nonexistent/interpreter\n');
    expect(await failure({ sandbox: { isolation }, command: [bare] })).toMatchObject({
      code: 'ERR_COMMAND_NOT_FOUND',
    });
  });
});

describe('the classes', () => {
  it('tell whose fault it is', async () => {
    expect(await failure({ profile: 'x' })).toBeInstanceOf(ProfileError);
    expect(await failure({ command: ['/nonexistent/program'] })).toBeInstanceOf(LaunchError);
    expect(await failure({ profile: 'net-read-only' })).toBeInstanceOf(UnsupportedError);
  });

  it('of options of a sandbox are thrown when it is created', () => {
    expect(() => createSandbox({ worksapce: '/' } as SandboxOptions)).toThrow(ProfileError);
  });
});
