import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeniedError, PolicyError, ProfileError } from '../../../src/errors.js';
import { type PolicyFile } from '../../../src/execpolicy/rule.js';
import { type AskRequest, takeVetting } from '../../../src/vetting/options.js';
import { type Circumstances, CommandVetting } from '../../../src/vetting/vetting.js';
import { policyOf } from '../execpolicy/context.js';
import { type ProfileName, type SandboxPolicy } from '../../../src/types.js';

let root: string;
let workspace: string;

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'moated-vetting-')));
  workspace = join(root, 'workspace');
  mkdirSync(join(workspace, 'bin'), { recursive: true });
  mkdirSync(join(root, 'elsewhere'));
  writeFileSync(join(root, 'elsewhere', 'secret'), '');
  symlinkSync(join(root, 'elsewhere'), join(workspace, 'link'));
  symlinkSync('loop', join(workspace, 'loop'));
  for (const file of [join(workspace, 'bin', 'ls'), join(root, 'elsewhere', 'tool')]) {
    writeFileSync(file, '#!/bin/sh\n');
    chmodSync(file, 0o755);
  }
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

function policy(profile: ProfileName = 'workspace-write'): SandboxPolicy {
  const base = policyOf(profile);
  const writable = base.workspaceAccess === 'write' ? [workspace] : [];
  const hidden = [{ path: join(root, 'elsewhere', 'secret'), kind: 'file' as const }];
  return { ...base, workspace, filesystem: { ...base.filesystem, writable, hidden, protected: [] } };
}

function at(parts: Partial<Circumstances> = {}): Circumstances {
  return {
    policy: policy(),
    mounts: false,
    home: '/home/user',
    searchPath: '/usr/bin:/bin',
    cwd: undefined,
    ...parts,
  };
}

const asks: PolicyFile = {
  version: 1,
  name: 'asks',
  rules: [{ id: 'a', decision: 'ask', justification: 'who knows', pattern: ['x'], suggestion: 'try y' }],
};

describe('paths on this machine', () => {
  const vetting = new CommandVetting({});

  it('are where their links lead', () => {
    expect(vetting.check('cp a link/b', at()).decision).toBe('deny');
    expect(vetting.check('cp a b', at()).decision).toBe('allow');
    expect(vetting.check('cat link/secret', at()).decision).toBe('deny');
    expect(vetting.check('cat link/other', at()).decision).toBe('allow');
    expect(vetting.check('cat loop', at()).decision).toBe('deny');
    // `..` after a link leaves the directory that it leads to.
    expect(vetting.check('cp a link/../x', at()).decision).toBe('deny');
  });

  it('are relative to where the command starts', () => {
    expect(vetting.check('cp a ../b', at({ cwd: 'bin' })).decision).toBe('allow');
    expect(vetting.check('cp a ../b', at()).decision).toBe('deny');
  });

  it('in the scratch space may be written where runs have one', () => {
    expect(vetting.check('cp a /tmp/b', at({ mounts: true })).decision).toBe('allow');
    expect(vetting.check('cp a /tmp/b', at()).decision).toBe('deny');
  });
});

describe('programs on this machine', () => {
  it('that the command could have put on the search path are asked for', () => {
    const vetting = new CommandVetting({});
    expect(vetting.check(['ls'], at({ searchPath: `${workspace}/bin:/usr/bin:/bin` })).decision).toBe('ask');
    expect(vetting.check(['ls'], at({ searchPath: `/usr/bin:/bin:${workspace}/bin` })).decision).toBe(
      'allow',
    );
    expect(vetting.check(['ls'], at({ searchPath: 'bin:/usr/bin:/bin' })).decision).toBe('ask');
    expect(
      vetting.check(['ls'], at({ searchPath: `${workspace}/bin:/bin`, policy: policy('offline') })).decision,
    ).toBe('allow');
  });

  it('that are pinned are found and read', () => {
    const tool = join(root, 'elsewhere', 'tool');
    const digest = `sha256:${createHash('sha256').update('#!/bin/sh\n').digest('hex')}`;
    const pin = (given: string): PolicyFile => ({
      ...asks,
      rules: [{ id: 'tool', decision: 'allow', justification: 'ours', pattern: ['tool'] }],
      executables: [{ name: 'tool', paths: [tool], digest: given }],
    });
    const searchPath = `${join(root, 'elsewhere')}:/bin`;
    expect(new CommandVetting({ policy: pin(digest) }).check(['tool'], at({ searchPath })).decision).toBe(
      'allow',
    );
    expect(new CommandVetting({ policy: pin(digest) }).check([tool], at({ searchPath })).decision).toBe(
      'allow',
    );
    expect(new CommandVetting({ policy: pin(digest) }).check(['tool'], at()).decision).toBe('ask');
    expect(
      new CommandVetting({ policy: pin(`sha256:${'0'.repeat(64)}`) }).check(['tool'], at({ searchPath }))
        .decision,
    ).toBe('ask');
  });
});

describe('the approver', () => {
  const refusal = async (
    onAsk: ((request: AskRequest) => unknown) | undefined,
    command = 'x',
  ): Promise<DeniedError | undefined> => {
    const options = { policy: asks, ...(onAsk === undefined ? {} : { onAsk: onAsk as () => boolean }) };
    try {
      await new CommandVetting(options).vet(command, at());
      return undefined;
    } catch (error) {
      if (error instanceof DeniedError) return error;
      throw error;
    }
  };

  it('is asked with the command, where it starts and the decision', async () => {
    const requests: AskRequest[] = [];
    const vetting = new CommandVetting({
      policy: asks,
      onAsk: (request) => {
        requests.push(request);
        return Promise.resolve(true);
      },
    });
    await vetting.vet(['x', 'a'], at({ cwd: 'bin' }));
    expect(requests).toMatchObject([
      {
        command: ['x', 'a'],
        cwd: join(workspace, 'bin'),
        decision: { decision: 'ask', reason: 'who knows' },
      },
    ]);
  });

  it('lets a command start with true alone', async () => {
    expect(await refusal(() => true)).toBeUndefined();
    expect(await refusal(() => Promise.resolve(true))).toBeUndefined();
    for (const answer of [false, undefined, 1, 'yes', {}]) {
      expect(await refusal(() => answer)).toMatchObject({
        code: 'ERR_COMMAND_DENIED',
        decision: 'ask',
        reason: 'who knows',
        suggestion: 'try y',
        rule: 'asks/a',
      });
    }
    expect(await refusal(() => Promise.reject(new Error('gone')))).toMatchObject({
      code: 'ERR_COMMAND_DENIED',
      cause: new Error('gone'),
    });
    expect(
      await refusal(() => {
        throw new Error('gone');
      }),
    ).toMatchObject({ code: 'ERR_COMMAND_DENIED' });
  });

  it('is not asked about what is denied, and its absence refuses', async () => {
    let asked = false;
    const onAsk = (): boolean => {
      asked = true;
      return true;
    };
    await expect(
      new CommandVetting({ policy: 'default', onAsk }).vet('rm -rf /', at()),
    ).rejects.toMatchObject({ code: 'ERR_COMMAND_DENIED', decision: 'deny' });
    expect(asked).toBe(false);
    expect(await refusal(undefined)).toMatchObject({
      code: 'ERR_APPROVAL_REQUIRED',
      message: expect.stringContaining('try y') as unknown,
    });
    await expect(new CommandVetting({ policy: 'default' }).vet('ls', at())).resolves.toBeUndefined();
  });

  it('answers at once where nobody waits', () => {
    const now = (onAsk: () => boolean | Promise<boolean>): void => {
      new CommandVetting({ policy: asks, onAsk }).vetNow('x', at());
    };
    expect(() => {
      now(() => true);
    }).not.toThrow();
    expect(() => {
      now(() => false);
    }).toThrow(DeniedError);
    expect(() => {
      now(() => Promise.resolve(true));
    }).toThrow(/spawn cannot wait/);
    expect(() => {
      now(() => Promise.reject(new Error('late')));
    }).toThrow(/spawn cannot wait/);
  });
});

describe('options', () => {
  it('are checked', () => {
    expect(() => new CommandVetting({ policy: [] })).toThrow(PolicyError);
    expect(() => new CommandVetting({ policy: 'other' as 'default' })).toThrow(
      /Read a file with parsePolicy/,
    );
    expect(() => new CommandVetting({ policy: { version: 1 } as PolicyFile })).toThrow(PolicyError);
    expect(() => new CommandVetting({ onAsk: true as unknown as () => boolean })).toThrow(ProfileError);
  });

  it('are taken out of those of a sandbox', () => {
    expect(takeVetting({ policy: 'default', profile: 'offline' })).toEqual({
      own: { profile: 'offline' },
      vetting: { policy: 'default' },
    });
    expect(takeVetting(null as unknown as object)).toEqual({ own: null, vetting: {} });
    expect(takeVetting([])).toEqual({ own: [], vetting: {} });
  });

  it('several policies are used together', () => {
    expect(new CommandVetting({ policy: ['default', asks] }).check('ls && x', at()).decision).toBe('ask');
    expect(new CommandVetting({ policy: asks }).check('ls', at()).decision).toBe('ask');
  });
});
