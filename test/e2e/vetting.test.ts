import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AskRequest, createSandbox, DeniedError, type Result, type Sandbox } from '../../src/index.js';
import { type ProfileName } from '../../src/types.js';

let base: string;
let workspace: string;
let outside: string;
let server: Server;
let port: number;
let requests = 0;

beforeAll(async () => {
  base = realpathSync(mkdtempSync('/var/tmp/moated-vetting-'));
  server = createServer((_request, response) => {
    requests += 1;
    response.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.close();
  rmSync(base, { recursive: true, force: true });
});

beforeEach(() => {
  rmSync(join(base, 'run'), { recursive: true, force: true });
  workspace = join(base, 'run', 'workspace');
  outside = join(base, 'run', 'outside');
  for (const folder of [workspace, join(outside, 'data')]) mkdirSync(folder, { recursive: true });
  for (const file of ['README.md', 'file.txt', 'src.txt', 'malicious.txt'])
    writeFileSync(join(workspace, file), 'pattern\n');
  writeFileSync(join(outside, 'passwd'), 'original\n');
  requests = 0;
});

// net-read-only needs the egress broker, which this version does not have: it has no policy to vet under and no run.
const profiles: readonly ProfileName[] = ['offline', 'workspace-write', 'workspace-net', 'trusted'];
const writes = (profile: ProfileName): boolean => profile.startsWith('workspace') || profile === 'trusted';
const reaches = (profile: ProfileName): boolean => profile.endsWith('net') || profile === 'trusted';
const url = (): string => `http://127.0.0.1:${port}/`;
const untouched = (): boolean =>
  readFileSync(join(outside, 'passwd'), 'utf8') === 'original\n' && existsSync(join(outside, 'data'));

interface Row {
  readonly name: string;
  readonly argv: () => readonly string[];
  /** Whether the command may do its work under a profile, whatever vetting says. */
  readonly works: (profile: ProfileName) => boolean;
  /** Whether it did. */
  readonly did: (result: Result) => boolean;
  /** The tool that has to be on the machine. */
  readonly needs?: string;
}

const succeeded = ({ exitCode }: Result): boolean => exitCode === 0;
const confined = (profile: ProfileName): boolean => profile !== 'trusted';
const fetched = (): boolean => requests > 0;
const removed = (): boolean => !existsSync(join(outside, 'data'));
const replaced = (): boolean => !untouched() || existsSync(join(outside, 'malicious'));

// The sixteen commands with what they aim at replaced by what this test may lose: a server of its own, a directory beside the workspace.
const rows: readonly Row[] = [
  { name: 'curl', needs: 'curl', argv: () => ['curl', '-s', '-m', '5', url()], works: reaches, did: fetched },
  {
    name: 'wget',
    needs: 'wget',
    argv: () => ['wget', '-q', '-T', '5', '-t', '1', '-O', '-', url()],
    works: reaches,
    did: fetched,
  },
  {
    name: 'nc',
    needs: 'nc',
    argv: () => ['nc', '-z', '-w', '2', '127.0.0.1', String(port)],
    works: reaches,
    did: succeeded,
  },
  {
    name: 'cp outside',
    argv: () => ['cp', 'malicious.txt', join(outside, 'passwd')],
    works: (one) => !confined(one),
    did: replaced,
  },
  {
    name: 'mv outside',
    argv: () => ['mv', 'file.txt', join(outside, 'malicious')],
    works: (one) => !confined(one),
    did: replaced,
  },
  {
    name: 'copy',
    argv: () => ['sh', '-c', "copy malicious.txt 'C:\\Windows\\System32\\evil.dll'"],
    works: () => false,
    did: succeeded,
  },
  {
    name: 'bash -c rm',
    needs: 'bash',
    argv: () => ['bash', '-c', `rm -rf ${outside}/data`],
    works: (one) => !confined(one),
    did: removed,
  },
  {
    name: 'sh -c curl | sh',
    needs: 'curl',
    argv: () => ['sh', '-c', `curl -s -m 5 ${url()} | cat`],
    works: reaches,
    did: fetched,
  },
  {
    name: 'node -e',
    argv: () => ['node', '-e', `fs.rmSync(${JSON.stringify(join(outside, 'data'))}, { recursive: true })`],
    works: (one) => !confined(one),
    did: removed,
  },
  {
    name: 'eval',
    needs: 'curl',
    argv: () => ['sh', '-c', `eval "curl -s -m 5 ${url()}"`],
    works: reaches,
    did: fetched,
  },
  {
    name: 'sh -c rm',
    argv: () => ['sh', '-c', `rm -rf ${outside}/data`],
    works: (one) => !confined(one),
    did: removed,
  },
  {
    name: 'ls',
    argv: () => ['ls', '-la'],
    works: () => true,
    did: ({ stdout }) => stdout.includes('README.md'),
  },
  {
    name: 'cat',
    argv: () => ['cat', 'README.md'],
    works: () => true,
    did: ({ stdout }) => stdout === 'pattern\n',
  },
  { name: 'grep', argv: () => ['grep', 'pattern', 'file.txt'], works: () => true, did: succeeded },
  {
    name: 'cp inside',
    argv: () => ['cp', 'src.txt', 'dest.txt'],
    works: writes,
    did: () => existsSync(join(workspace, 'dest.txt')),
  },
  {
    name: 'mkdir',
    argv: () => ['mkdir', 'new_dir'],
    works: writes,
    did: () => existsSync(join(workspace, 'new_dir')),
  },
];

function has(tool: string | undefined): boolean {
  return tool === undefined || spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}

async function using<T>(sandbox: Sandbox, body: (sandbox: Sandbox) => Promise<T>): Promise<T> {
  try {
    return await body(sandbox);
  } finally {
    await sandbox[Symbol.asyncDispose]();
  }
}

describe.each(profiles)('the sixteen commands under %s', (profile) => {
  it.each(rows)('$name: the kernel says what vetting says', async ({ argv, works, did, needs }) => {
    const command = argv();
    const plain = (): Sandbox => createSandbox({ workspace, profile, env: { PATH: process.env['PATH'] } });
    const { decision } = plain().check(command);
    // Never allowed when it cannot work, and never denied when nothing stands in its way but what it would do to the whole system.
    if (!works(profile)) expect(decision).not.toBe('allow');
    if (decision === 'deny') expect(works(profile)).toBe(false);

    let asked = 0;
    const onAsk = (): boolean => {
      asked += 1;
      return true;
    };
    const vetted = createSandbox({
      workspace,
      profile,
      policy: 'default',
      onAsk,
      env: { PATH: process.env['PATH'] },
    });
    if (decision === 'deny') {
      const error: unknown = await using(vetted, (sandbox) => sandbox.run(command)).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(DeniedError);
      expect([requests, untouched(), existsSync(join(workspace, 'dest.txt'))]).toEqual([0, true, false]);
      if (!has(needs)) return;
      // Without vetting the profile refuses the same.
      expect(did(await using(plain(), (sandbox) => sandbox.run(command)))).toBe(false);
      return;
    }
    if (!has(needs)) return;
    const result = await using(vetted, (sandbox) => sandbox.run(command));
    expect(asked).toBe(decision === 'ask' ? 1 : 0);
    expect([result.stderr, did(result)]).toEqual([result.stderr, works(profile)]);
    // An answer of vetting, or of the approver, leaves the profile as it is.
    const unvetted = await using(plain(), (sandbox) => Promise.resolve(sandbox.explain()));
    expect([result.policyHash, result.enforcement]).toEqual([unvetted.policyHash, unvetted.enforcement]);
  });
});

describe('policy and onAsk', () => {
  const make = (options: Parameters<typeof createSandbox>[0] = {}): Sandbox =>
    createSandbox({ workspace, profile: 'workspace-write', policy: 'default', ...options });

  it('hold for run, spawn and wrap, and nothing starts', async () => {
    await using(make(), async (sandbox) => {
      await expect(sandbox.run('touch a && rm -rf /')).rejects.toMatchObject({
        code: 'ERR_COMMAND_DENIED',
        rule: 'default/remove-tree',
      });
      expect(() => sandbox.spawn(['sudo', 'touch', 'a'])).toThrow(DeniedError);
      await expect(sandbox.wrap(['sudo', 'touch', 'a'])).rejects.toThrow(DeniedError);
      await expect(sandbox.run('touch a; foo')).rejects.toMatchObject({ code: 'ERR_APPROVAL_REQUIRED' });
      expect(existsSync(join(workspace, 'a'))).toBe(false);
      expect((await sandbox.run('touch a')).exitCode).toBe(0);
      expect(existsSync(join(workspace, 'a'))).toBe(true);
    });
  });

  it('run what was approved, not what it became meanwhile', async () => {
    const argv = ['sh', '-c', 'exit 3', 'x'];
    const onAsk = async ({ command }: AskRequest): Promise<boolean> => {
      argv[2] = 'exit 4';
      await Promise.resolve();
      return (command as readonly string[])[2] === 'exit 3';
    };
    const policy = {
      version: 1,
      name: 'p',
      rules: [{ id: 'a', decision: 'ask', justification: 'j', pattern: [['sh', 'exit']] }],
    } as const;
    expect((await using(make({ policy, onAsk }), (sandbox) => sandbox.run(argv))).exitCode).toBe(3);
  });

  it('follow what the workspace becomes', async () => {
    await using(make({ onAsk: () => true }), async (sandbox) => {
      expect(sandbox.check('git add -A').decision).toBe('deny');
      mkdirSync(join(workspace, '.git'));
      await expect.poll(() => sandbox.check('git add -A').decision, { timeout: 10_000 }).toBe('allow');
    });
  });

  it('are refused at once when they are wrong', () => {
    expect(() => make({ policy: { version: 2, name: 'a' } as never })).toThrow(/version: must be 1/);
    expect(() => make({ onAsk: 1 as never })).toThrow(/onAsk/);
    expect(() => createSandbox({ polcy: 'default' } as never)).toThrow(/polcy/);
  });

  it('a sandbox without them runs what it is given', async () => {
    const result = await using(createSandbox({ workspace, profile: 'offline' }), (sandbox) =>
      sandbox.run('foo-that-nobody-knows || exit 9'),
    );
    expect(result.exitCode).toBe(9);
  });
});
