import { describe, expect, it } from 'vitest';
import { ProfileError } from '../../../src/errors.js';
import { builtinProfiles } from '../../../src/profile/builtin.js';
import { defineProfile, toDefinition, type ProfileInput } from '../../../src/profile/define.js';
import { narrow } from '../../../src/profile/narrow.js';
import { errorOf } from './tree.js';

/** A value that the types refuse, as it comes from JSON or JavaScript. */
function untyped(value: unknown): ProfileInput {
  return value as ProfileInput;
}

describe('the built-in profiles', () => {
  it('are what the table of the design says', () => {
    const rows = Object.values(builtinProfiles).map(({ name, base, workspace, network, confined }) => ({
      name,
      base,
      workspace,
      network,
      confined,
    }));
    expect(rows).toEqual([
      { name: 'offline', base: 'offline', workspace: 'read', network: 'none', confined: true },
      { name: 'net-read-only', base: 'net-read-only', workspace: 'read', network: 'none', confined: true },
      {
        name: 'workspace-write',
        base: 'workspace-write',
        workspace: 'write',
        network: 'none',
        confined: true,
      },
      { name: 'workspace-net', base: 'workspace-net', workspace: 'write', network: 'all', confined: true },
      { name: 'trusted', base: 'trusted', workspace: 'write', network: 'all', confined: false },
    ]);
  });

  it('grant nothing beyond the workspace and cannot be changed', () => {
    for (const profile of Object.values(builtinProfiles)) {
      expect(profile.filesystem).toEqual({
        read: 'all',
        allowRead: [],
        allowWrite: [],
        protect: [],
        hide: [],
      });
      expect(() => {
        (profile.filesystem.allowWrite as string[]).push('/');
      }).toThrow(TypeError);
      expect(() => {
        (profile as { network: string }).network = 'all';
      }).toThrow(TypeError);
    }
  });
});

describe('defineProfile', () => {
  it('takes what is not given from the profile that it extends', () => {
    const defined = defineProfile({ extends: 'Workspace', name: 'mine', limits: { processes: 10 } });
    expect(defined).toEqual({
      ...builtinProfiles['workspace-write'],
      name: 'mine',
      limits: { processes: 10 },
    });
    const again = defineProfile({ extends: defined, network: 'all', limits: { files: 5 } });
    expect(again).toMatchObject({ name: 'mine', network: 'all', limits: { processes: 10, files: 5 } });
  });

  it('names a profile without a name after the one that it extends, and never like a built-in one', () => {
    expect(defineProfile({ extends: 'offline' }).name).toBe('offline-custom');
    expect(errorOf(() => defineProfile({ extends: 'offline', name: 'Trusted' })).code).toBe(
      'ERR_INVALID_PROFILE',
    );
    expect(errorOf(() => defineProfile({ extends: 'offline', name: 'workspace' })).subject).toBe('name');
  });

  it('replaces grants, so an empty list grants nothing', () => {
    const parent = defineProfile({ extends: 'offline', filesystem: { allowWrite: ['a'], allowRead: ['b'] } });
    const child = defineProfile({ extends: parent, filesystem: { allowWrite: [], allowRead: [] } });
    expect(child.filesystem).toMatchObject({ allowWrite: [], allowRead: [] });
  });

  it('adds to protected and hidden paths, so an empty list lifts nothing', () => {
    const parent = defineProfile({ extends: 'offline', filesystem: { protect: ['a'], hide: ['b'] } });
    const child = defineProfile({ extends: parent, filesystem: { protect: [], hide: ['c'] } });
    expect(child.filesystem).toMatchObject({ protect: ['a'], hide: ['b', 'c'] });
  });

  it('keeps a limit that is given as undefined', () => {
    const parent = defineProfile({ extends: 'offline', limits: { processes: 3 } });
    expect(defineProfile({ extends: parent, limits: { processes: undefined } }).limits).toEqual({
      processes: 3,
    });
  });

  it('is frozen and independent of what it was made from', () => {
    const allowWrite = ['a'];
    const defined = defineProfile({ extends: 'offline', filesystem: { allowWrite } });
    allowWrite.push('/');
    expect(defined.filesystem.allowWrite).toEqual(['a']);
    expect(Object.isFrozen(defined)).toBe(true);
    expect(Object.isFrozen(defined.filesystem)).toBe(true);
    expect(Object.isFrozen(defined.filesystem.allowWrite)).toBe(true);
    expect(Object.isFrozen(defined.limits)).toBe(true);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'profile'],
    ['an array', [], 'profile'],
    ['no extends', {}, 'extends'],
    ['an unknown key', { extends: 'offline', netwrok: 'all' }, 'netwrok'],
    ['confined', { extends: 'offline', confined: false }, 'confined'],
    ['base', { extends: 'offline', base: 'trusted' }, 'base'],
    ['within', { extends: 'offline', within: [] }, 'within'],
    ['a wrong workspace', { extends: 'offline', workspace: 'rw' }, 'workspace'],
    ['a wrong network', { extends: 'offline', network: true }, 'network'],
    ['an unknown rule', { extends: 'offline', filesystem: { allowwrite: [] } }, 'filesystem.allowwrite'],
    ['a string for a list', { extends: 'offline', filesystem: { allowWrite: '/' } }, 'filesystem.allowWrite'],
    ['null for a list', { extends: 'offline', filesystem: { allowWrite: null } }, 'filesystem.allowWrite'],
    ['a number in a list', { extends: 'offline', filesystem: { hide: ['a', 1] } }, 'filesystem.hide[1]'],
    ['an empty path', { extends: 'offline', filesystem: { hide: [''] } }, 'filesystem.hide[0]'],
    ['NUL in a path', { extends: 'offline', filesystem: { protect: ['a\0b'] } }, 'filesystem.protect[0]'],
    ['a wrong read', { extends: 'offline', filesystem: { read: 'some' } }, 'filesystem.read'],
    ['null filesystem', { extends: 'offline', filesystem: null }, 'filesystem'],
    ['an unknown limit', { extends: 'offline', limits: { cpu: 1 } }, 'limits.cpu'],
    ['a limit of zero', { extends: 'offline', limits: { processes: 0 } }, 'limits.processes'],
    ['an empty name', { extends: 'offline', name: ' ' }, 'name'],
    ['a control character in the name', { extends: 'offline', name: 'a\nb' }, 'name'],
  ])('refuses %s and says where', (_, input, subject) => {
    const error = errorOf(() => defineProfile(untyped(input)));
    expect(error).toBeInstanceOf(ProfileError);
    expect(error.code).toBe('ERR_INVALID_PROFILE');
    expect(error.subject).toBe(subject);
    expect(error.message).toContain(subject);
  });

  it('suggests the key that was meant', () => {
    expect(errorOf(() => defineProfile(untyped({ extends: 'offline', netwrok: 'all' }))).message).toContain(
      '"network"',
    );
  });

  it('refuses an unknown profile to extend', () => {
    expect(errorOf(() => defineProfile({ extends: 'nothing' })).code).toBe('ERR_UNKNOWN_PROFILE');
  });

  it('refuses restrictions of trusted, which would not be enforced', () => {
    const restrictions: ProfileInput[] = [
      { extends: 'trusted', network: 'none' },
      { extends: 'trusted', workspace: 'read' },
      { extends: 'trusted', filesystem: { hide: ['x'] } },
      { extends: 'trusted', filesystem: { protect: ['x'] } },
      { extends: 'trusted', filesystem: { read: 'minimal' } },
    ];
    for (const input of restrictions)
      expect(errorOf(() => defineProfile(input)).code).toBe('ERR_INVALID_PROFILE');
    expect(defineProfile({ extends: 'trusted', limits: { processes: 9 } }).limits).toEqual({ processes: 9 });
  });

  it('refuses new grants on a narrowed profile, whose bounds would void them', () => {
    const narrowed = narrow('workspace-write', 'offline');
    expect(
      errorOf(() => defineProfile({ extends: narrowed, filesystem: { allowWrite: ['x'] } })).subject,
    ).toBe('extends');
    expect(defineProfile({ extends: narrowed, filesystem: { hide: ['x'] } }).filesystem.hide).toEqual(['x']);
  });
});

describe('a definition from JSON', () => {
  const valid = JSON.parse(JSON.stringify(defineProfile({ extends: 'workspace-net', name: 'ci' }))) as object;

  it('is accepted when it is complete', () => {
    expect(toDefinition(valid)).toEqual(valid);
    expect(toDefinition(JSON.parse(JSON.stringify(narrow('offline', 'workspace-net'))))).toMatchObject({
      workspace: 'read',
    });
  });

  it.each<[string, object]>([
    ['confined', { confined: false }],
    ['base', { base: 'custom' }],
    ['base', { base: undefined }],
    ['limits', { limits: undefined }],
    ['filesystem.hide', { filesystem: { read: 'all', allowRead: [], allowWrite: [], protect: [] } }],
    ['extra', { extra: 1 }],
    ['within', { within: {} }],
    ['within[0].allowRead', { within: [{ workspace: 'read', read: 'all', allowWrite: [] }] }],
  ])('is refused when %s is not right', (subject, change) => {
    const error = errorOf(() => toDefinition({ ...valid, ...change }));
    expect([error.code, error.subject]).toEqual(['ERR_INVALID_PROFILE', subject]);
  });
});
