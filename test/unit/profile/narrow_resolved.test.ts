import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSandboxError } from '../../../src/errors.js';
import { isInside, isInsideAny } from '../../../src/profile/containment.js';
import { defineProfile } from '../../../src/profile/define.js';
import { narrow } from '../../../src/profile/narrow.js';
import { resolvePolicy } from '../../../src/profile/resolve.js';
import type { ProfileDefinition, SandboxPolicy } from '../../../src/types.js';
import { machineOf, makeTree } from './tree.js';

/** The same promise on a real tree, where symlinks decide what a grant means. */
const base = makeTree({
  'home/.ssh/id': 'key',
  'home/.npmrc': 'token',
  'home/data/x/deep': null,
  'home/data/y': null,
  'home/to-data': { link: 'data' },
  'home/to-x': { link: '../outside/to-x' },
  'home/work/src/deep': null,
  'home/work/lib': null,
  'home/work/.git/hooks': null,
  'home/work/.git/config': '',
  'home/work/.claude/a': '',
  'home/work/inner': { link: 'src' },
  'home/work/outer': { link: '../data' },
  'outside/to-x': { link: '../home/data/x' },
  'outside/to-ssh': { link: '../home/.ssh' },
  'outside/z': null,
});
const workspace = join(base, 'home/work');
const machine = machineOf(join(base, 'home'), {
  mountinfo: `20 1 0:20 / / rw - ext4 a rw\n21 20 0:20 ${base}/home/data /alias rw - ext4 a rw\n`,
});

const grants = [
  ...[
    '.',
    'src',
    'src/deep',
    'lib',
    '.git',
    '.git/hooks',
    '.claude',
    '.claude/a',
    'inner',
    'outer',
    '../data',
    '../../outside',
  ],
  ...[
    '~/data',
    '~/data/x',
    '~/data/y',
    '~/to-data',
    '~/to-data/x',
    '~/to-x',
    '~/.npmrc',
    '~/.ssh',
    '~/.ssh/id',
  ],
  ...[
    'data',
    'home/data/x',
    'outside',
    'outside/to-x',
    'outside/to-ssh',
    'outside/z',
    'home/work/src',
    'home/.npmrc',
  ].map((path) => join(base, path)),
];
const places = [
  ...[
    'home/work',
    'home/work/src',
    'home/work/src/deep',
    'home/work/lib',
    'home/work/.git',
    'home/work/.git/hooks',
  ],
  ...[
    'home/work/.git/config',
    'home/work/.git/objects',
    'home/work/.claude',
    'home/work/.claude/a',
    'home/work/.vscode',
  ],
  ...[
    'home/data',
    'home/data/x',
    'home/data/x/deep',
    'home/data/y',
    'home/.ssh',
    'home/.ssh/id',
    'home/.npmrc',
    'home',
  ],
  ...['outside', 'outside/z', 'outside/.npmrc', 'home/work/src/.npmrc', 'home/data/.claude', 'home/work/new'],
].map((path) => join(base, path));

function mayWrite({ filesystem }: SandboxPolicy, path: string): boolean {
  const fixed = [...filesystem.protected, ...filesystem.hidden];
  return isInsideAny(path, filesystem.writable) && !fixed.some((item) => isInside(path, item.path));
}

function mayRead({ filesystem }: SandboxPolicy, path: string): boolean {
  const trees = [...filesystem.readable, ...filesystem.writable];
  return isInsideAny(path, trees) && !filesystem.hidden.some((item) => isInside(path, item.path));
}

function tryResolve(profile: ProfileDefinition): SandboxPolicy | undefined {
  try {
    return resolvePolicy(profile, { workspace }, machine);
  } catch (error) {
    if (isSandboxError(error)) return undefined;
    throw error;
  }
}

const list = fc.uniqueArray(fc.constantFrom(...grants), { maxLength: 2 });
const profile = fc
  .record({
    extends: fc.constantFrom('offline', 'workspace-write', 'workspace-net'),
    filesystem: fc.record({
      read: fc.constantFrom('all' as const, 'minimal' as const),
      allowRead: list,
      allowWrite: list,
      protect: fc.uniqueArray(fc.constantFrom(...grants), { maxLength: 1 }),
      hide: fc.uniqueArray(fc.constantFrom('lib', '~/data/y', 'outer', '../../outside/z'), { maxLength: 1 }),
    }),
  })
  .map((input) => defineProfile(input));

describe('a narrowed profile, resolved', () => {
  it('never allows what one of both does not', () => {
    let compared = 0;
    let written = 0;
    fc.assert(
      fc.property(profile, profile, (left, right) => {
        const [a, b] = [tryResolve(left), tryResolve(right)];
        if (a === undefined || b === undefined) return;
        const both = tryResolve(narrow(left, right));
        if (both === undefined) return;
        compared++;
        for (const path of places) {
          if (mayWrite(both, path)) {
            written++;
            expect([path, mayWrite(a, path), mayWrite(b, path)]).toEqual([path, true, true]);
          }
          if (mayRead(both, path))
            expect([path, mayRead(a, path), mayRead(b, path)]).toEqual([path, true, true]);
        }
      }),
      { numRuns: 300 },
    );
    expect(compared).toBeGreaterThan(15);
    expect(written).toBeGreaterThan(50);
  });

  it('is bounded by where links lead and not by how paths are spelled', () => {
    const wide = defineProfile({ extends: 'offline', filesystem: { allowWrite: [join(base, 'outside')] } });
    const through = defineProfile({
      extends: 'offline',
      filesystem: { allowWrite: [join(base, 'outside/to-x')] },
    });
    // Spelled inside what the first one grants, and really elsewhere.
    expect(tryResolve(through)?.filesystem.writable).toEqual([join(base, 'home/data/x')]);
    expect(tryResolve(narrow(wide, through))?.filesystem.writable).toEqual([]);
  });

  it('releases a credential file only when both release it', () => {
    const releasing = defineProfile({ extends: 'offline', filesystem: { allowRead: ['~/.npmrc'] } });
    const minimal = defineProfile({ extends: releasing, filesystem: { read: 'minimal' } });
    const file = join(base, 'home/.npmrc');
    const readable = (value: ProfileDefinition): boolean => mayRead(tryResolve(value)!, file);
    expect(readable(releasing)).toBe(true);
    expect(readable(narrow(releasing, minimal))).toBe(true);
    expect(readable(narrow(releasing, 'offline'))).toBe(false);
    expect(readable(narrow(minimal, 'offline'))).toBe(false);
  });
});
