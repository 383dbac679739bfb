import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalWindowsPath,
  directoriesBetween,
  foldPath,
  isInsideWindows,
  outermostWindows,
  type WindowsFacts,
} from '../../../src/profile/windows_paths.js';

const nothing: WindowsFacts = { target: () => undefined, storedName: () => undefined };

describe('a path', () => {
  it.each([
    ['C:\\work\\project', 'C:\\work\\project'],
    ['c:/work/project/', 'C:\\work\\project'],
    ['C:\\', 'C:\\'],
    ['C:\\work\\.\\x\\..\\project', 'C:\\work\\project'],
    ['C:\\..\\..\\work', 'C:\\work'],
    ['C:\\work. .\\project...', 'C:\\work\\project'],
    ['\\\\?\\C:\\work\\project', 'C:\\work\\project'],
    ['//?/c:/work', 'C:\\work'],
    ['\\??\\C:\\work', 'C:\\work'],
    [`\\\\?\\C:\\${'long\\'.repeat(100)}end`, `C:\\${'long\\'.repeat(100)}end`],
    ['C:\\console\\nulls\\com\\com10\\auxiliary', 'C:\\console\\nulls\\com\\com10\\auxiliary'],
    ['C:\\.git\\hooks', 'C:\\.git\\hooks'],
  ])('%j is %j', (path, expected) => {
    expect(canonicalWindowsPath(path)).toBe(expected);
  });

  it.each([
    ['relative', 'work\\project', 'not absolute'],
    ['relative to a drive', 'C:foo', 'working directory of a drive'],
    ['the drive alone', 'C:', 'working directory of a drive'],
    ['relative to the root', '\\work', 'has no drive'],
    ['empty', '', 'not absolute'],
    ['a device', '\\\\.\\PhysicalDrive0', 'names a device'],
    ['a device through a drive', '\\\\.\\C:\\work', 'names a device'],
    ['a device with slashes', '//./pipe/docker_engine', 'names a device'],
    ['the name of a device', 'C:\\work\\CON', 'names a device'],
    ['the name of a device in small letters', 'C:\\nul\\x', 'names a device'],
    ['the name of a device with an extension', 'C:\\work\\com1.txt', 'names a device'],
    ['the name of a device with two', 'C:\\work\\aux.tar.gz', 'names a device'],
    ['the name of a device with a space', 'C:\\work\\lpt9 .log', 'names a device'],
    ['the name of a device with a raised digit', 'C:\\work\\COM\u00b9', 'names a device'],
    ['the console', 'C:\\work\\CONIN$', 'names a device'],
    ['a volume', '\\\\?\\Volume{0}\\x', 'names a device or a volume'],
    ['the root of all objects', '\\\\?\\GLOBALROOT\\Device\\x', 'names a device or a volume'],
    ['a share', '\\\\server\\share\\x', 'another machine'],
    ['a share with slashes', '//server/share/x', 'another machine'],
    ['a share by the prefix', '\\\\?\\UNC\\server\\share', 'another machine'],
    ['the own machine as a share', '\\\\localhost\\C$\\work', 'another machine'],
    ['a stream', 'C:\\work\\file:stream', 'stream'],
    ['the main stream', 'C:\\work\\file::$DATA', 'stream'],
    ['the index of a directory', 'C:\\work\\.git::$INDEX_ALLOCATION\\config', 'stream'],
    ['a stream of the root', 'C:\\:stream', 'stream'],
    ['a wildcard', 'C:\\work\\*.txt', 'character'],
    ['a control character', 'C:\\work\\a\u0001', 'character'],
    ['NUL', 'C:\\work\\a\0b', 'character'],
    ['half of a character', 'C:\\work\\a\ud83d\\x', 'half of a character'],
    ['the other half', 'C:\\work\\\ude00', 'half of a character'],
    ['nothing but dots', 'C:\\work\\...\\x', 'ends in a dot'],
    ['a dot that is meant', '\\\\?\\C:\\work\\name.', 'ends in a dot'],
    ['a space that is meant', '\\\\?\\C:\\work\\name ', 'ends in a dot'],
    ['a parent that is meant literally', '\\\\?\\C:\\work\\..\\x', 'ends in a dot'],
  ])('is refused: %s', (_name, path, why) => {
    expect(() => canonicalWindowsPath(path)).toThrow(why);
    expect(() => canonicalWindowsPath(path)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_PATH' }));
  });
});

describe('what the machine knows', () => {
  const facts: WindowsFacts = {
    target: (path) =>
      new Map([
        ['C:\\LINK', 'D:\\elsewhere'],
        ['D:\\elsewhere\\again', 'C:\\work'],
        ['C:\\LOOP', 'C:\\LOOP'],
        ['S:\\', 'C:\\substituted'],
      ]).get(path === 'D:\\elsewhere\\again' || path === 'S:\\' ? path : foldPath(path)),
    storedName: (path) =>
      new Map([
        ['C:\\PROGRA~1', 'Program Files'],
        ['C:\\WORK', 'work'],
        ['C:\\WORK\\GIT~1', '.git'],
        ['C:\\WORK\\.GIT', '.git'],
      ]).get(foldPath(path)),
  };

  it.each([
    ['a short name', 'C:\\PROGRA~1\\x', 'C:\\Program Files\\x'],
    ['a short name below another spelling', 'c:\\WORK\\git~1\\hooks', 'C:\\work\\.git\\hooks'],
    ['the spelling of the disk', 'C:\\Work\\.GIT', 'C:\\work\\.git'],
    ['a junction', 'C:\\link\\x', 'D:\\elsewhere\\x'],
    ['a junction to a junction', 'C:\\link\\again\\x', 'C:\\work\\x'],
    ['a substituted drive', 'S:\\x', 'C:\\substituted\\x'],
  ])('%s', (_name, path, expected) => {
    expect(canonicalWindowsPath(path, facts)).toBe(expected);
  });

  it('a name that looks short, and is not there, may become anything', () => {
    expect(() => canonicalWindowsPath('C:\\work\\GITCON~1', nothing)).toThrow('looks like a short one');
    expect(canonicalWindowsPath('C:\\work\\a~b', nothing)).toBe('C:\\work\\a~b');
  });

  it('a cycle ends', () => {
    expect(() => canonicalWindowsPath('C:\\loop\\x', facts)).toThrow('cycle of links');
  });
});

describe('containment', () => {
  it('knows no case and ends at names', () => {
    expect(isInsideWindows('C:\\Work\\X', 'c:\\work')).toBe(true);
    expect(isInsideWindows('C:\\work', 'C:\\WORK')).toBe(true);
    expect(isInsideWindows('C:\\workshop', 'C:\\work')).toBe(false);
    expect(isInsideWindows('C:\\work', 'C:\\')).toBe(true);
    expect(isInsideWindows('D:\\work', 'C:\\')).toBe(false);
  });

  it('folds letter by letter', () => {
    expect(foldPath('straße')).toBe('STRAßE');
    expect(isInsideWindows('C:\\STRASSE', 'C:\\straße')).toBe(false);
  });

  it('finds the outermost trees and the directories between', () => {
    expect(outermostWindows(['C:\\b', 'C:\\A\\x', 'c:\\a', 'C:\\b\\c'])).toEqual(['c:\\a', 'C:\\b']);
    expect(directoriesBetween('C:\\a', 'C:\\a\\b\\c\\d')).toEqual(['C:\\a\\b', 'C:\\a\\b\\c']);
    expect(directoriesBetween('C:\\a', 'C:\\a\\b')).toEqual([]);
  });

  const name = fc
    .stringMatching(/^[a-zA-Z.]{0,6}[a-z]$/u)
    .filter((text) => !/^(?:con|prn|aux|nul)$/iu.test(text.split('.')[0] ?? ''));
  it('of canonical paths survives every other spelling', () => {
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 4 }),
        fc.array(name, { maxLength: 3 }),
        (tree, below) => {
          const root = canonicalWindowsPath(`C:\\${tree.join('\\')}`);
          const spelled = `c:/${tree.map((part) => `${part.toUpperCase()}. `).join('//')}/./${below.join('/')}`;
          expect(isInsideWindows(canonicalWindowsPath(spelled), root)).toBe(true);
        },
      ),
    );
  });

  it('a canonical path is canonical', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 5 }), (names) => {
        const once = canonicalWindowsPath(`C:\\${names.join('\\')}`);
        expect(canonicalWindowsPath(once)).toBe(once);
      }),
    );
  });
});
