import { chmodSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalPath } from '../../../src/profile/canonical.js';
import { errorOf, makeTree } from './tree.js';

const root = makeTree({
  'a/b/file': 'x',
  'a/dir': null,
  'to-b': { link: 'a/b' },
  'a/up': { link: '../to-b/..' },
  absolute: { link: '/' },
  dangling: { link: 'nowhere/x' },
  loop: { link: 'loop2' },
  loop2: { link: 'loop' },
  'closed/inside': 'x',
});

describe('canonicalPath', () => {
  it.each([
    'a/b/file',
    'to-b/file',
    'to-b/../dir',
    'a/up/dir',
    'a/up',
    'absolute',
    './a//b/',
    'to-b/../up/b',
  ])('agrees with the kernel about %s', (path) => {
    expect(canonicalPath(`${root}/${path}`).path).toBe(realpathSync.native(`${root}/${path}`));
  });

  it('says what is there', () => {
    expect(canonicalPath(join(root, 'a')).kind).toBe('directory');
    expect(canonicalPath(join(root, 'to-b/file')).kind).toBe('file');
    expect(canonicalPath('/').kind).toBe('directory');
    expect(canonicalPath('/dev/null').kind).toBe('file');
  });

  it('says where a path would be that does not exist', () => {
    expect(canonicalPath(join(root, 'to-b/new/deep'))).toMatchObject({
      path: join(root, 'a/b/new/deep'),
      kind: 'absent',
    });
    expect(canonicalPath(join(root, 'dangling'))).toMatchObject({
      path: join(root, 'nowhere/x'),
      kind: 'absent',
    });
    expect(canonicalPath(join(root, 'a/b/file/x'))).toMatchObject({
      path: join(root, 'a/b/file/x'),
      kind: 'absent',
    });
  });

  it('names every link that it followed by its real place', () => {
    expect(canonicalPath(join(root, 'a/up')).links).toEqual([join(root, 'a/up'), join(root, 'to-b')]);
    expect(canonicalPath(join(root, 'dangling')).links).toEqual([join(root, 'dangling')]);
    expect(canonicalPath(join(root, 'a/b')).links).toEqual([]);
  });

  it('refuses a cycle of links', () => {
    const error = errorOf(() => canonicalPath(join(root, 'loop/x')));
    expect(error.code).toBe('ERR_INVALID_PATH');
    expect(error.message).toContain('cycle');
  });

  it('refuses ".." below what is not a directory', () => {
    expect(errorOf(() => canonicalPath(`${root}/new/../a`)).code).toBe('ERR_INVALID_PATH');
    expect(errorOf(() => canonicalPath(`${root}/a/b/file/../x`)).code).toBe('ERR_INVALID_PATH');
  });

  it('refuses a name that is too long', () => {
    expect(errorOf(() => canonicalPath(join(root, 'n'.repeat(300)))).code).toBe('ERR_INVALID_PATH');
  });

  it.skipIf(process.getuid?.() === 0)(
    'stops at a directory that may not be searched (an ordinary user only)',
    () => {
      chmodSync(join(root, 'closed'), 0o600);
      try {
        expect(canonicalPath(join(root, 'closed/inside'))).toMatchObject({
          path: join(root, 'closed'),
          blocked: true,
        });
      } finally {
        chmodSync(join(root, 'closed'), 0o700);
      }
    },
  );
});
