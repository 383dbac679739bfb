import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  keeps,
  pins,
  protectedAbsent,
  protectedRoots,
  scratches,
  visibleHidden,
} from '../../../src/compile/paths.js';
import { policy } from './machines.js';

const workspace = '/home/user/project';

describe('pins', () => {
  it('are the directories between a writable root and a protected path, outermost first', () => {
    const one = policy('workspace-write', {
      filesystem: { protected: [{ path: `${workspace}/a/b/c/file`, kind: 'file' }] },
    });
    expect(pins(one)).toEqual([`${workspace}/a`, `${workspace}/a/b`, `${workspace}/a/b/c`]);
  });

  it('leave out writable roots, which are mounts already', () => {
    const one = policy('workspace-write', {
      filesystem: {
        writable: [workspace, `${workspace}/a/b`],
        protected: [{ path: `${workspace}/a/b/c/file`, kind: 'file' }],
      },
    });
    expect(pins(one)).toEqual([`${workspace}/a`, `${workspace}/a/b/c`]);
  });

  it('are not needed for what does not exist or is directly in the root', () => {
    const one = policy('workspace-write', {
      filesystem: {
        protected: [
          { path: `${workspace}/.npmrc`, kind: 'file' },
          { path: `${workspace}/x/y`, kind: 'absent' },
        ],
      },
    });
    expect(pins(one)).toEqual([]);
  });

  it('cover every ancestor of every protected path below its root, for any paths', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const below = fc
      .array(name, { minLength: 1, maxLength: 5 })
      .map((parts) => `${workspace}/${parts.join('/')}`);
    fc.assert(
      fc.property(fc.array(below, { maxLength: 6 }), (paths) => {
        const one = policy('workspace-write', {
          filesystem: { protected: paths.map((path) => ({ path, kind: 'directory' as const })) },
        });
        const pinned = new Set(pins(one));
        const order = pins(one);
        for (const path of protectedRoots(one)) {
          for (let at = path.lastIndexOf('/'); at > workspace.length; at = path.lastIndexOf('/', at - 1)) {
            expect(pinned.has(path.slice(0, at))).toBe(true);
          }
        }
        for (const [index, path] of order.entries()) {
          const parent = path.slice(0, path.lastIndexOf('/'));
          if (pinned.has(parent)) expect(order.indexOf(parent)).toBeLessThan(index);
        }
      }),
    );
  });
});

describe('protected paths', () => {
  it('inside an existing protected directory are covered by it', () => {
    const one = policy('workspace-write', {
      filesystem: {
        protected: [
          { path: `${workspace}/.claude`, kind: 'directory' },
          { path: `${workspace}/.claude/settings.json`, kind: 'file' },
          { path: `${workspace}/.claude/commands`, kind: 'absent' },
        ],
      },
    });
    expect(protectedRoots(one)).toEqual([`${workspace}/.claude`]);
    expect(protectedAbsent(one)).toEqual([]);
  });

  it('outside of what may be written need nothing', () => {
    const one = policy('workspace-write', { filesystem: { protected: [{ path: '/etc/x', kind: 'file' }] } });
    expect(protectedRoots(one)).toEqual([]);
  });
});

describe('scratch', () => {
  it('keeps a workspace and grants that lie below /tmp', () => {
    const one = policy('workspace-write', {
      workspace: '/tmp/project',
      filesystem: { writable: ['/tmp/project', '/tmp/other'], protected: [] },
    });
    expect(scratches(one)).toEqual(['/tmp']);
    expect(keeps(one)).toEqual(['/tmp/other', '/tmp/project']);
  });

  it('is not private where the caller granted it', () => {
    const one = policy('workspace-write', { filesystem: { writable: [workspace, '/tmp'] } });
    expect(scratches(one)).toEqual([]);
    expect(keeps(one)).toEqual([]);
  });

  it('covers hidden paths below it, unless a kept tree shows them', () => {
    const hidden = [
      { path: '/tmp/home/.ssh', kind: 'directory' },
      { path: '/tmp/project/.env', kind: 'file' },
    ] as const;
    const one = policy('offline', { workspace: '/tmp/project', filesystem: { hidden } });
    expect(visibleHidden(one, true)).toEqual([hidden[1]]);
    expect(visibleHidden(one, false)).toEqual(hidden);
  });
});

describe('hidden paths', () => {
  it('inside a hidden directory are covered by it', () => {
    const hidden = [
      { path: '/home/user/.aws', kind: 'directory' },
      { path: '/home/user/.aws/credentials', kind: 'file' },
      { path: '/home/user/.aws/new', kind: 'absent' },
    ] as const;
    expect(visibleHidden(policy('offline', { filesystem: { hidden } }), true)).toEqual([hidden[0]]);
  });
});
