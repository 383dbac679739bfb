import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinProfiles } from '../../../src/profile/builtin.js';
import { isInside, isInsideAny } from '../../../src/profile/containment.js';
import { defineProfile } from '../../../src/profile/define.js';
import { limitNames } from '../../../src/profile/limits.js';
import { narrow } from '../../../src/profile/narrow.js';
import { normalSpelling, spelledInside } from '../../../src/profile/spelling.js';
import type { ProfileDefinition, ProfileName } from '../../../src/types.js';

/**
 * The model: what a definition allows on a machine without symlinks. The real file system, symlinks included, is the subject of
 * `narrow_resolved.test.ts`.
 */
const workspace = '/h/u/w';
const home = '/h/u';
const credentials = ['/h/u/.ssh', '/h/u/.npmrc'];
const runtime = ['/usr'];

function real(path: string): string {
  const absolute = path.startsWith('~') ? `${home}${path.slice(1)}` : posix.resolve(workspace, path);
  return posix.normalize(absolute).replace(/(.)\/$/, '$1');
}

function released({ filesystem, within }: ProfileDefinition): string[] {
  const lists = [filesystem, ...(within ?? [])].map(({ allowRead }) => allowRead.map(real));
  return credentials.filter((path) => lists.every((list) => list.includes(path)));
}

function mayWrite(definition: ProfileDefinition, path: string): boolean {
  if (!definition.confined) return true;
  const { allowWrite, protect, hide } = definition.filesystem;
  const trees = [...allowWrite.map(real), ...(definition.workspace === 'write' ? [workspace] : [])];
  return (
    isInsideAny(path, trees) &&
    !isInsideAny(path, [...protect, ...hide].map(real)) &&
    !isInsideAny(path, credentials)
  );
}

function mayRead(definition: ProfileDefinition, path: string): boolean {
  if (!definition.confined) return true;
  const { read, allowRead, hide } = definition.filesystem;
  const secret = credentials.filter((file) => !released(definition).includes(file));
  if (isInsideAny(path, [...secret, ...hide.map(real)])) return false;
  if (read === 'all' || isInsideAny(path, [workspace, ...runtime, ...allowRead.map(real)])) return true;
  return mayWrite({ ...definition, filesystem: { ...definition.filesystem, protect: [] } }, path);
}

function networkRank({ network, base }: ProfileDefinition): number {
  return network === 'all' ? 2 : base === 'net-read-only' ? 1 : 0;
}

const spellings = [
  ...[
    '.',
    './',
    'src',
    'src/',
    './src',
    'src/deep',
    'src/../lib',
    'srcs',
    '..',
    '../w',
    '../other',
    '../../u/x',
    '../../v',
    'a/../..',
  ],
  ...[
    '~',
    '~/',
    '~/x',
    '~/x/y',
    '~/w/src',
    '~/.ssh',
    '~/.npmrc',
    '~/.ssh/..',
    './~x',
    '/',
    '/h/u',
    '/h/u/w/src',
    '/usr',
    '/opt/x',
  ],
  ...['/h/u/.npmrc', '/h/u/w', '/h/./u/x/', '//opt//x'],
];
const universe = [
  ...new Set([...spellings.map(real), ...spellings.map((path) => posix.join(real(path), 'inner'))]),
];

const list = fc.uniqueArray(fc.constantFrom(...spellings), { maxLength: 4 });
const limits = fc.record(
  Object.fromEntries(limitNames.map((name) => [name, fc.integer({ min: 1, max: 9 })])),
  { requiredKeys: [] },
);
const names: ProfileName[] = ['offline', 'net-read-only', 'workspace-write', 'workspace-net'];

const confined = fc
  .record({
    extends: fc.constantFrom(...names),
    workspace: fc.constantFrom('read' as const, 'write' as const),
    network: fc.constantFrom('none' as const, 'all' as const),
    limits,
    filesystem: fc.record({
      read: fc.constantFrom('all' as const, 'minimal' as const),
      allowRead: list,
      allowWrite: list,
      protect: list,
      hide: list,
    }),
  })
  .map((input) => defineProfile(input));
const trusted = limits.map((value) => defineProfile({ extends: 'trusted', limits: value }));
const simple: fc.Arbitrary<ProfileDefinition> = fc.oneof(
  { weight: 6, arbitrary: confined },
  { weight: 1, arbitrary: trusted },
  { weight: 1, arbitrary: fc.constantFrom(...Object.values(builtinProfiles)) },
);
const profile = fc.oneof(
  { weight: 4, arbitrary: simple },
  { weight: 1, arbitrary: fc.tuple(simple, simple).map(([a, b]) => narrow(a, b)) },
);

describe('narrow', () => {
  it('never allows to read or write what one of both does not', () => {
    let allowed = 0;
    fc.assert(
      fc.property(profile, profile, (a, b) => {
        const both = narrow(a, b);
        const written = universe.filter((path) => mayWrite(both, path));
        const read = universe.filter((path) => mayRead(both, path));
        allowed += written.length + read.length;
        expect(written.filter((path) => !mayWrite(a, path) || !mayWrite(b, path))).toEqual([]);
        expect(read.filter((path) => !mayRead(a, path) || !mayRead(b, path))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    // A model in which nothing is ever allowed would prove nothing.
    expect(allowed).toBeGreaterThan(10_000);
  });

  it('never enlarges the network, the confinement or a limit', () => {
    fc.assert(
      fc.property(profile, profile, (a, b) => {
        const both = narrow(a, b);
        expect(networkRank(both)).toBeLessThanOrEqual(Math.min(networkRank(a), networkRank(b)));
        expect(both.confined).toBe(a.confined || b.confined);
        for (const name of limitNames) {
          expect(both.limits[name] ?? Infinity).toBe(
            Math.min(a.limits[name] ?? Infinity, b.limits[name] ?? Infinity),
          );
        }
      }),
    );
  });

  it('gives the same rights in either order', () => {
    fc.assert(
      fc.property(profile, profile, (a, b) => {
        const [one, other] = [narrow(a, b), narrow(b, a)];
        expect(universe.filter((path) => mayWrite(one, path))).toEqual(
          universe.filter((path) => mayWrite(other, path)),
        );
        expect(universe.filter((path) => mayRead(one, path))).toEqual(
          universe.filter((path) => mayRead(other, path)),
        );
        expect([one.network, one.base, one.workspace]).toEqual([other.network, other.base, other.workspace]);
      }),
    );
  });

  it('keeps what both allow when both are the same', () => {
    fc.assert(
      fc.property(simple, (a) => {
        const twice = narrow(a, a);
        expect(universe.filter((path) => mayWrite(twice, path))).toEqual(
          universe.filter((path) => mayWrite(a, path)),
        );
        expect(universe.filter((path) => mayRead(twice, path))).toEqual(
          universe.filter((path) => mayRead(a, path)),
        );
        expect([twice.name, twice.base, twice.network]).toEqual([a.name, a.base, a.network]);
      }),
    );
  });

  it('is no wider for a list that is longer on one side', () => {
    fc.assert(
      fc.property(simple, simple, list, (a, b, extra) => {
        fc.pre(a.confined);
        const wider = defineProfile({
          extends: a,
          filesystem: { allowWrite: [...a.filesystem.allowWrite, ...extra] },
        });
        const [before, after] = [narrow(a, b), narrow(wider, b)];
        for (const path of universe) {
          if (mayWrite(after, path) && !mayWrite(before, path)) expect(mayWrite(wider, path)).toBe(true);
          if (mayWrite(before, path)) expect([path, mayWrite(after, path)]).toEqual([path, true]);
        }
      }),
    );
  });

  it.each<[ProfileName, ProfileName, Partial<ProfileDefinition>]>([
    [
      'offline',
      'workspace-net',
      { base: 'offline', workspace: 'read', network: 'none', name: 'offline+workspace-net' },
    ],
    ['workspace-write', 'workspace-net', { base: 'workspace-write', workspace: 'write', network: 'none' }],
    ['net-read-only', 'workspace-net', { base: 'net-read-only', workspace: 'read', network: 'none' }],
    ['net-read-only', 'offline', { base: 'offline', workspace: 'read', network: 'none' }],
    ['trusted', 'offline', { base: 'offline', confined: true }],
    ['trusted', 'trusted', { base: 'trusted', confined: false, network: 'all' }],
  ])('of %s and %s', (a, b, expected) => {
    expect(narrow(a, b)).toMatchObject(expected);
  });

  it('takes nested grants to the inner one and drops unrelated ones', () => {
    const a = defineProfile({ extends: 'workspace-write', filesystem: { allowWrite: ['~/data', '/opt'] } });
    const b = defineProfile({
      extends: 'offline',
      filesystem: { allowWrite: ['src', '~/data/x', '/srv', '~/database'] },
    });
    expect(narrow(a, b)).toMatchObject({
      workspace: 'read',
      filesystem: { allowWrite: ['src', '~/data/x'] },
    });
  });
});

describe('spellings', () => {
  it.each([
    ['a/./b//c/', 'a/b/c'],
    ['./', '.'],
    ['./~x', './~x'],
    ['~/x/..', '~'],
    ['/', '/'],
    ['a/../../b', '../b'],
  ])('%j is %j', (given, expected) => {
    expect(normalSpelling(given)).toBe(expected);
  });

  it('are nested only where the paths are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...spellings), fc.constantFrom(...spellings), (path, tree) => {
        if (spelledInside(normalSpelling(path), normalSpelling(tree)))
          expect(isInside(real(path), real(tree))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
