import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UnsupportedError } from '../../../src/errors.js';
import { defineProfile } from '../../../src/profile/define.js';
import { readMachineFacts } from '../../../src/profile/machine.js';
import { narrow } from '../../../src/profile/narrow.js';
import { protectedNames } from '../../../src/profile/protected.js';
import { resolvePolicy, type ResolveOptions } from '../../../src/profile/resolve.js';
import type { ProfileDefinition, SandboxPolicy } from '../../../src/types.js';
import { errorOf, fill, machineOf, makeTree } from './tree.js';

const base = makeTree({
  'home/w/src': null,
  'home/w/.claude/settings.json': '{}',
  'home/w/.vscode': null,
  'home/w/secret/key': 'x',
  'home/w/to-data': { link: '../data' },
  'home/w/to-src': { link: 'src' },
  'home/data/x': null,
  'home/file': '',
  'home/to-data': { link: 'data' },
  'home/loop': { link: 'loop' },
  outside: null,
});
const home = join(base, 'home');
const workspace = join(home, 'w');
const machine = machineOf(home);

type Options = Partial<ResolveOptions>;

function resolve(profile: string | ProfileDefinition, options: Options = {}, facts = machine): SandboxPolicy {
  return resolvePolicy(profile, { workspace, ...options }, facts);
}

function kinds(entries: SandboxPolicy['filesystem']['hidden']): ReadonlyMap<string, string> {
  return new Map(entries.map(({ path, kind }) => [path, kind]));
}

describe('the five profiles', () => {
  it('offline writes nothing and reaches nothing', () => {
    expect(resolve('offline')).toMatchObject({
      version: 1,
      profile: 'offline',
      base: 'offline',
      confined: true,
      workspace,
      workspaceAccess: 'read',
      filesystem: { read: 'all', readable: ['/'], writable: [], protected: [] },
      network: 'none',
      isolation: 'auto',
      compat: 'hard',
      limits: { scratchBytes: 1024 ** 3 },
    });
  });

  it('workspace-write and workspace-net write the workspace', () => {
    for (const [name, network] of [
      ['workspace-write', 'none'],
      ['workspacenet', 'all'],
    ] as const) {
      expect(resolve(name)).toMatchObject({
        workspaceAccess: 'write',
        network,
        filesystem: { writable: [workspace] },
      });
    }
  });

  it('net-read-only is refused until there is a broker, and what is based on it too', () => {
    const based = defineProfile({ extends: 'read-net', name: 'research', network: 'none' });
    for (const profile of ['net-read-only', based, narrow('net-read-only', 'workspace-net')]) {
      const error = errorOf(() => resolve(profile));
      expect(error).toBeInstanceOf(UnsupportedError);
      expect(error.code).toBe('ERR_UNSUPPORTED_FEATURE');
      expect(error.message).toContain('needs the egress broker, which this version does not have');
    }
    expect(errorOf(() => resolve(based)).message).toContain('research');
  });

  it('trusted hides and protects nothing, in any directory', () => {
    expect(resolve('trusted', { workspace: '/' })).toMatchObject({
      confined: false,
      workspace: '/',
      workspaceAccess: 'write',
      network: 'all',
      filesystem: { readable: ['/'], writable: ['/'], protected: [], hidden: [] },
    });
  });

  it('trusted refuses a restriction that nothing would enforce', () => {
    const restrictions: Options[] = [
      { network: 'none' },
      { filesystem: { read: 'minimal' } },
      { filesystem: { protect: ['x'] } },
      { filesystem: { hide: ['x'] } },
    ];
    for (const options of restrictions)
      expect(errorOf(() => resolve('trusted', options)).code).toBe('ERR_INVALID_OPTION');
    expect(
      resolve('trusted', { filesystem: { hide: [], protect: [] }, limits: { files: 3 } }).limits,
    ).toEqual({ files: 3 });
  });

  it('an unknown one is an error', () => {
    expect(errorOf(() => resolve('ofline')).code).toBe('ERR_UNKNOWN_PROFILE');
  });

  it('is plain data', () => {
    const policy = resolve('workspace-net', { filesystem: { allowRead: ['~/data'] } });
    expect(JSON.parse(JSON.stringify(policy))).toEqual(policy);
  });

  it('resolves on this machine with its real facts', () => {
    const policy = resolve('workspace-write', {}, readMachineFacts());
    expect(policy.filesystem.writable).toEqual([workspace]);
    expect(policy.filesystem.hidden.length).toBeGreaterThan(100);
  });
});

describe('options', () => {
  it('add to the profile, override its network and its limits', () => {
    const profile = defineProfile({
      extends: 'offline',
      filesystem: { allowWrite: ['src'] },
      limits: { files: 5, processes: 6 },
    });
    const policy = resolve(profile, {
      filesystem: { allowWrite: ['~/data'] },
      network: 'all',
      limits: { files: 9 },
      compat: 'best-effort',
      isolation: 'light',
    });
    expect(policy).toMatchObject({
      profile: 'offline-custom',
      base: 'offline',
      network: 'all',
      compat: 'best-effort',
      isolation: 'light',
      limits: { files: 9, processes: 6, scratchBytes: 1024 ** 3 },
      filesystem: { writable: [join(home, 'data'), join(workspace, 'src')] },
    });
  });

  it('with empty lists grant nothing', () => {
    const empty = { allowRead: [], allowWrite: [], protect: [], hide: [] };
    expect(resolve('offline', { filesystem: empty })).toEqual(resolve('offline'));
  });
});

describe('writable trees', () => {
  it('are canonical, without nested ones, and may be files', () => {
    const { writable } = resolve('workspace-write', {
      filesystem: { allowWrite: ['src', '~/to-data/x', '~/data', '~/file'] },
    }).filesystem;
    expect(writable).toEqual([join(home, 'data'), join(home, 'file'), workspace]);
  });

  it.each<[string, string]>([
    ['missing', 'does not exist'],
    ['/', 'root of the file system'],
    ['~', 'home directory'],
    ['..', 'home directory'],
    ['../..', 'contains the home directory'],
    ['/etc', 'system directory'],
    ['/usr', 'system directory'],
    ['/proc/self', 'interface of the kernel'],
    ['~/.ssh', 'does not exist'],
    ['~/loop', 'cycle'],
    ['src/*', 'globs'],
    ['to-data', 'symlink'],
    ['to-src', 'symlink'],
    ['.claude/settings.json', 'protected'],
  ])('refuse %s', (path, reason) => {
    const error = errorOf(() => resolve('workspace-write', { filesystem: { allowWrite: [path] } }));
    expect(error.code).toBe('ERR_INVALID_PATH');
    expect(error.message).toContain(reason);
    // The same from a profile that somebody defined.
    expect(
      errorOf(() => resolve(defineProfile({ extends: 'offline', filesystem: { allowWrite: [path] } }))).code,
    ).toBe('ERR_INVALID_PATH');
  });

  it('refuse a secret and what is in it', () => {
    const other = makeTree({ 'home/.aws/credentials': '', 'home/w': null });
    const facts = machineOf(join(other, 'home'));
    for (const path of ['~/.aws', '~/.aws/credentials']) {
      const error = errorOf(() =>
        resolve('offline', { workspace: join(other, 'home/w'), filesystem: { allowWrite: [path] } }, facts),
      );
      expect(error.code).toBe('ERR_INVALID_PATH');
      expect(error.message).toContain('hidden');
    }
  });

  it('do not follow a link that the sandboxee could have planted in one of them', () => {
    const other = makeTree({
      'home/w': null,
      'shared/cache': { link: '../home/private' },
      'home/private': null,
    });
    const options = {
      workspace: join(other, 'home/w'),
      filesystem: { allowWrite: [join(other, 'shared'), join(other, 'shared/cache')] },
    };
    expect(errorOf(() => resolve('offline', options, machineOf(join(other, 'home')))).message).toContain(
      'symlink',
    );
  });
});

describe('protected paths', () => {
  it('hold whether they exist or not', () => {
    const fixed = kinds(resolve('workspace-write').filesystem.protected);
    for (const name of protectedNames) expect(fixed.has(join(workspace, name))).toBe(true);
    expect(fixed.get(join(workspace, '.claude'))).toBe('directory');
    expect(fixed.get(join(workspace, '.mcp.json'))).toBe('absent');
    expect(fixed.has(join(workspace, 'src'))).toBe(false);
  });

  it('hold at every writable directory, also at one inside another', () => {
    const fixed = kinds(
      resolve('workspace-write', { filesystem: { allowWrite: ['~/data', 'src'] } }).filesystem.protected,
    );
    for (const directory of [join(home, 'data'), join(workspace, 'src'), workspace]) {
      expect(fixed.get(join(directory, '.mcp.json'))).toBe('absent');
    }
  });

  it('hold where the workspace is only part of a writable tree', () => {
    const { workspaceAccess, filesystem } = resolve('offline', {
      workspace: join(home, 'data/x'),
      filesystem: { allowWrite: ['~/data'] },
    });
    expect(workspaceAccess).toBe('write');
    expect(kinds(filesystem.protected).has(join(home, 'data/x/.mcp.json'))).toBe(true);
  });

  it('can be added, absent ones too, and win over a grant', () => {
    const options = { filesystem: { protect: ['src', 'later', '~/data'], allowWrite: ['src', '~/data/x'] } };
    const { writable, protected: entries } = resolve('workspace-write', options).filesystem;
    expect(writable).toEqual([workspace]);
    expect(kinds(entries).get(join(workspace, 'src'))).toBe('directory');
    expect(kinds(entries).get(join(workspace, 'later'))).toBe('absent');
    expect(kinds(entries).has(join(home, 'data'))).toBe(false);
    expect(resolve('workspace-write', { filesystem: { protect: ['.'] } })).toMatchObject({
      workspaceAccess: 'read',
      filesystem: { writable: [] },
    });
  });

  it('give way to a grant of exactly the path', () => {
    const fixed = kinds(
      resolve('workspace-write', { filesystem: { allowWrite: ['.vscode'] } }).filesystem.protected,
    );
    expect(fixed.has(join(workspace, '.vscode'))).toBe(false);
    expect(fixed.has(join(workspace, '.claude'))).toBe(true);
  });

  it('do not repeat what is inside another one', () => {
    const { protected: entries } = resolve('workspace-write', {
      filesystem: { protect: ['.claude/settings.json', '.idea/x'] },
    }).filesystem;
    const fixed = kinds(entries);
    expect(fixed.has(join(workspace, '.claude/settings.json'))).toBe(false);
    expect(fixed.has(join(workspace, '.idea/x'))).toBe(false);
  });

  it('behind a symlink protect the target and pin the link', () => {
    const other = makeTree({
      'home/w/agents/a': '',
      'home/w/.claude': { link: 'agents' },
      'home/w/.idea': { link: 'later' },
    });
    const place = join(other, 'home/w');
    const { protected: entries, protectedLinks } = resolve(
      'workspace-write',
      { workspace: place },
      machineOf(join(other, 'home')),
    ).filesystem;
    expect(kinds(entries).get(join(place, 'agents'))).toBe('directory');
    expect(kinds(entries).get(join(place, 'later'))).toBe('absent');
    expect(protectedLinks).toEqual([join(place, '.claude'), join(place, '.idea')]);
  });
});

describe('hidden paths', () => {
  const other = makeTree({
    'home/w/.env': '',
    'home/w/.env.odd': '',
    'home/w/key': { link: '../keys/key' },
    'home/keys/key': '',
    'home/.ssh': { link: '../store/ssh' },
    'store/ssh/id': '',
    'home/.npmrc': '',
    'home/.config/gh/hosts.yml': '',
    'home/.bash_history': { link: '/dev/null' },
    'second/.netrc': '',
    'alias/ssh/id': '',
  });
  const place = join(other, 'home/w');
  const facts = machineOf(join(other, 'home'), { homes: [join(other, 'second')] });
  const hidden = (
    options: Options = {},
    some = facts,
    profile = 'workspace-write',
  ): ReadonlyMap<string, string> =>
    kinds(resolve(profile, { workspace: place, ...options }, some).filesystem.hidden);

  it('are the credential files of every home, canonical, absent ones too', () => {
    const found = hidden();
    expect(found.get(join(other, 'store/ssh'))).toBe('directory');
    expect(found.get(join(other, 'home/.npmrc'))).toBe('file');
    expect(found.get(join(other, 'home/.config/gh'))).toBe('directory');
    expect(found.get(join(other, 'home/.aws'))).toBe('absent');
    expect(found.get(join(other, 'second/.netrc'))).toBe('file');
    expect(found.get(join(other, 'second/.ssh'))).toBe('absent');
    expect(found.has('/etc/shadow')).toBe(true);
  });

  it('are the same in every confined profile', () => {
    expect(hidden({}, facts, 'offline')).toEqual(hidden());
    expect(hidden({}, facts, 'workspace-net')).toEqual(hidden());
  });

  it('do not cover a device that a history file links to', () => {
    expect(hidden().has('/dev/null')).toBe(false);
  });

  it('are found at every place where a mount shows them', () => {
    const mountinfo = [
      '20 1 8:1 / / rw - ext4 a rw',
      `21 20 8:1 ${other}/store ${other}/alias rw - ext4 a rw`,
      `22 20 8:1 ${other}/store ${other}/nowhere rw - ext4 a rw`,
    ].join('\n');
    const found = hidden({}, { ...facts, mountinfo });
    expect(found.get(join(other, 'alias/ssh'))).toBe('directory');
    expect(found.has(join(other, 'nowhere/ssh'))).toBe(false);
  });

  it('can be added, absent ones and links too', () => {
    const found = hidden({ filesystem: { hide: ['key', 'later', '~/keys'] } });
    expect(found.get(join(other, 'home/keys'))).toBe('directory');
    expect(found.get(join(place, 'later'))).toBe('absent');
    const { protectedLinks } = resolve(
      'workspace-write',
      { workspace: place, filesystem: { hide: ['key'] } },
      facts,
    ).filesystem;
    expect(protectedLinks).toEqual([join(place, 'key')]);
  });

  it('are the .env files of the workspace when asked', () => {
    const found = hidden({ filesystem: { hide: ['.env*'] } });
    expect(found.get(join(place, '.env'))).toBe('file');
    expect(found.get(join(place, '.env.odd'))).toBe('file');
    expect(found.get(join(place, '.env.production'))).toBe('absent');
    expect(hidden().has(join(place, '.env'))).toBe(false);
    expect(errorOf(() => hidden({ filesystem: { hide: ['conf/.env*'] } })).message).toContain('globs');
  });

  it('are not protected as well', () => {
    const options = { workspace: place, filesystem: { hide: ['.env'], protect: ['.env'] } };
    expect(
      kinds(resolve('workspace-write', options, facts).filesystem.protected).has(join(place, '.env')),
    ).toBe(false);
  });

  it('can be released by naming exactly them', () => {
    expect(hidden({ filesystem: { allowRead: ['~/.npmrc'] } }).has(join(other, 'home/.npmrc'))).toBe(false);
    expect(hidden({ filesystem: { allowRead: ['~/.ssh'] } }).has(join(other, 'store/ssh'))).toBe(false);
    expect(hidden({ filesystem: { allowRead: ['~', '/'] } })).toEqual(hidden());
  });

  it('cannot be pierced, and what the caller hides cannot be released', () => {
    expect(errorOf(() => hidden({ filesystem: { allowRead: ['~/.ssh/id'] } })).message).toContain('hidden');
    expect(errorOf(() => hidden({ filesystem: { allowRead: ['~/keys'], hide: ['~/keys'] } })).code).toBe(
      'ERR_INVALID_PATH',
    );
    const profile = defineProfile({ extends: 'offline', filesystem: { hide: ['~/.npmrc'] } });
    expect(
      errorOf(() => resolve(profile, { workspace: place, filesystem: { allowRead: ['~/.npmrc'] } }, facts))
        .code,
    ).toBe('ERR_INVALID_PATH');
  });

  it('cannot hold the workspace', () => {
    fill(other, { 'home/.aws/w': null });
    for (const options of [
      { workspace: join(other, 'home/.aws/w') },
      { filesystem: { hide: ['.'] } },
      { filesystem: { hide: ['~'] } },
    ]) {
      for (const profile of ['offline', 'workspace-write']) {
        const error = errorOf(() => hidden(options, facts, profile));
        expect([error.code, error.message.includes('hidden')]).toEqual(['ERR_INVALID_PATH', true]);
      }
    }
    rmSync(join(other, 'home/.aws'), { recursive: true });
  });

  it('stay out of a writable tree that holds them', () => {
    const { filesystem } = resolve(
      'offline',
      { workspace: place, filesystem: { allowWrite: ['~/.config'] } },
      facts,
    );
    expect(filesystem.writable).toEqual([join(other, 'home/.config')]);
    expect(kinds(filesystem.hidden).get(join(other, 'home/.config/gh'))).toBe('directory');
  });

  it('become part of the next policy when they appear', () => {
    const before = hidden();
    expect(before.get(join(other, 'home/.pypirc'))).toBe('absent');
    writeFileSync(join(other, 'home/.pypirc'), '');
    expect(hidden().get(join(other, 'home/.pypirc'))).toBe('file');
  });

  it.skipIf(process.getuid?.() === 0)(
    'cover a directory that may not be searched (an ordinary user only)',
    () => {
      const closed = makeTree({ 'home/w': null, 'home/.config/gh': null });
      chmodSync(join(closed, 'home/.config'), 0o600);
      try {
        const { filesystem } = resolve(
          'offline',
          { workspace: join(closed, 'home/w') },
          machineOf(join(closed, 'home')),
        );
        expect(kinds(filesystem.hidden).get(join(closed, 'home/.config'))).toBe('directory');
      } finally {
        chmodSync(join(closed, 'home/.config'), 0o700);
      }
    },
  );
});

describe('minimal reads', () => {
  it('are the system runtime, the workspace and what is granted', () => {
    const { readable, writable, read } = resolve('workspace-write', {
      filesystem: { read: 'minimal', allowRead: ['~/data'] },
    }).filesystem;
    expect(read).toBe('minimal');
    expect(writable).toEqual([workspace]);
    expect(readable).toContain(join(home, 'data'));
    expect(readable).toContain('/usr');
    expect(readable).not.toContain('/');
    expect(readable).not.toContain(home);
    expect(readable).not.toContain(workspace);
    expect(resolve('offline', { filesystem: { read: 'minimal' } }).filesystem.readable).toContain(workspace);
  });

  it('refuse a grant that does not exist', () => {
    expect(errorOf(() => resolve('offline', { filesystem: { allowRead: ['missing'] } })).code).toBe(
      'ERR_INVALID_PATH',
    );
  });
});

describe('what appears later', () => {
  it('changes the policy only where it is listed', () => {
    const other = makeTree({ 'home/w': null });
    const options = { workspace: join(other, 'home/w') };
    const facts = machineOf(join(other, 'home'));
    const before = resolve('workspace-write', options, facts);
    mkdirSync(join(other, 'home/w/src'));
    expect(resolve('workspace-write', options, facts)).toEqual(before);
    mkdirSync(join(other, 'home/w/.git'));
    expect(kinds(before.filesystem.protected).get(join(other, 'home/w/.git'))).toBe('absent');
    expect(resolve('workspace-write', options, facts)).not.toEqual(before);
  });
});
