import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absolutePath, locateExisting } from '../../../src/profile/paths.js';
import { errorOf, makeTree } from './tree.js';

const root = makeTree({
  'work/src/file': '',
  'home/x': '',
  'work/*': '',
  'work/to-x': { link: '../home/x' },
});
const context = { workspace: `${root}/work`, home: `${root}/home/` };

describe('absolutePath', () => {
  it.each([
    ['src', `${root}/work/src`],
    ['.', `${root}/work/.`],
    ['../x', `${root}/work/../x`],
    ['~', `${root}/home`],
    ['~/x', `${root}/home/x`],
    ['/etc', '/etc'],
    ['./~x', `${root}/work/./~x`],
  ])('%j is %j', (given, expected) => {
    expect(absolutePath(given, 'here', context)).toBe(expected);
  });

  it.each<[unknown, string]>([
    ['', 'empty'],
    ['a\0b', 'NUL'],
    [5, 'string'],
    [null, 'string'],
    [undefined, 'string'],
    [['a'], 'string'],
    ['src/*.ts', 'globs are not supported'],
    ['*', 'globs are not supported'],
    ['file?', 'globs are not supported'],
    ['[ab]', 'globs are not supported'],
    ['{a,b}', 'globs are not supported'],
    ['**', 'globs are not supported'],
    ['~root/x', '~'],
    ['~x', './~x'],
  ])('refuses %j and says where and why', (given, reason) => {
    const error = errorOf(() => absolutePath(given, 'filesystem.hide[3]', context));
    expect([error.code, error.subject]).toEqual(['ERR_INVALID_PATH', 'filesystem.hide[3]']);
    expect(error.message).toContain(reason);
  });

  it('refuses ~/ where the home directory is not known', () => {
    expect(errorOf(() => absolutePath('~/x', 'here', { workspace: root, home: '' })).code).toBe(
      'ERR_INVALID_PATH',
    );
  });

  it('gives an absolute path without NUL, or a typed error, for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          const path = absolutePath(text, 'here', context);
          expect(path.startsWith('/') && !path.includes('\0')).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'ERR_INVALID_PATH', subject: 'here' });
        }
      }),
    );
  });
});

describe('locateExisting', () => {
  it('follows links and refuses what is missing', () => {
    expect(locateExisting('to-x', 'here', context).path).toBe(`${root}/home/x`);
    const error = errorOf(() => locateExisting('missing', 'here', context));
    expect(error.code).toBe('ERR_INVALID_PATH');
    expect(error.message).toContain(`${root}/work/missing`);
  });
});
