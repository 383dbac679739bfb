import { chdir, cwd } from 'node:process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProfileError } from '../../../src/errors.js';
import { resolveWorkspace, tooWide } from '../../../src/profile/workspace.js';
import { errorOf, machineOf, makeTree } from './tree.js';

const root = makeTree({
  'home/project/file': '',
  'home/to-project': { link: 'project' },
  'home/to-home': { link: '.' },
  'home/to-etc': { link: '/etc' },
  'home/loop': { link: 'loop' },
  'home/dangling': { link: 'nothing' },
  'home/with [brackets] and spaces': null,
});
const home = join(root, 'home');
const machine = machineOf(home);

describe('resolveWorkspace', () => {
  it('is canonical', () => {
    expect(resolveWorkspace(join(home, 'to-project'), machine, true)).toBe(join(home, 'project'));
    expect(resolveWorkspace(join(home, 'project/../project/'), machine, true)).toBe(join(home, 'project'));
    expect(resolveWorkspace('~/project', machine, true)).toBe(join(home, 'project'));
    expect(resolveWorkspace(join(home, 'with [brackets] and spaces'), machine, true)).toContain('[brackets]');
  });

  it('is relative to the working directory of the caller', () => {
    const before = cwd();
    try {
      chdir(join(home, 'project'));
      expect(resolveWorkspace('.', machine, true)).toBe(join(home, 'project'));
    } finally {
      chdir(before);
    }
  });

  it.each(['home/missing', 'home/project/file', 'home/dangling', 'home/project/file/x'])(
    'refuses %s as not found',
    (path) => {
      const error = errorOf(() => resolveWorkspace(join(root, path), machine, true));
      expect(error).toBeInstanceOf(ProfileError);
      expect(error.code).toBe('ERR_WORKSPACE_NOT_FOUND');
    },
  );

  it.each([
    ...[
      '/',
      '//',
      '/./',
      '/usr',
      '/usr/',
      '/usr/bin',
      '/etc',
      '/etc/ssl',
      '/dev',
      '/proc',
      '/proc/self',
      '/sys',
      '/tmp',
      '/var',
    ],
    ...['/var/tmp', '/home', '/usr/lib', '/usr/share', '/opt', '/bin'],
  ])('refuses %s as too wide', (path) => {
    expect(errorOf(() => resolveWorkspace(path, machine, true)).code).toBe('ERR_WORKSPACE_TOO_WIDE');
  });

  it('refuses the home directory, what holds it, and links to them', () => {
    for (const path of [
      home,
      root,
      '~',
      '~/',
      join(home, 'to-home'),
      join(home, 'to-etc'),
      join(home, 'project/..'),
    ]) {
      expect([path, errorOf(() => resolveWorkspace(path, machine, true)).code]).toEqual([
        path,
        'ERR_WORKSPACE_TOO_WIDE',
      ]);
    }
    const other = machineOf('/nonexistent', { homes: [home] });
    expect(errorOf(() => resolveWorkspace(root, other, true)).code).toBe('ERR_WORKSPACE_TOO_WIDE');
  });

  it.each([undefined, null, 5, '', 'a\0b'])('refuses %j', (path) => {
    expect(errorOf(() => resolveWorkspace(path, machine, true)).code).toBe('ERR_INVALID_PATH');
  });

  it('refuses a cycle of links', () => {
    expect(errorOf(() => resolveWorkspace(join(home, 'loop'), machine, true)).code).toBe('ERR_INVALID_PATH');
  });

  it('is any directory when nothing is confined', () => {
    expect(resolveWorkspace('/', machine, false)).toBe('/');
    expect(resolveWorkspace(home, machine, false)).toBe(home);
    expect(errorOf(() => resolveWorkspace(join(home, 'missing'), machine, false)).code).toBe(
      'ERR_WORKSPACE_NOT_FOUND',
    );
  });

  it('works where the home directory is the root, as in some containers', () => {
    expect(resolveWorkspace(join(home, 'project'), machineOf('/'), true)).toBe(join(home, 'project'));
  });
});

describe('tooWide', () => {
  it.each(['/var/www/site', '/opt/app', '/usr/src/app', '/srv/x', '/home/someone', '/usr/local/lib/x'])(
    'lets %s pass',
    (path) => {
      expect(tooWide(path, ['/root'])).toBeUndefined();
    },
  );

  it.each(['/', '/usr', '/etc', '/root', '/nix', '/gnu'])('stops %s', (path) => {
    expect(tooWide(path, ['/root'])).toBeDefined();
  });
});
