import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mountAliases, parseMountinfo } from '../../../src/profile/mounts.js';

type Row = readonly [device: string, root: string, mountpoint: string];

/** Lines as the kernel writes them: id, parent, device, root, mountpoint, options, optional fields, separator, the rest. */
function mounts(...rows: readonly Row[]): string {
  return rows
    .map(
      ([device, root, point], id) =>
        `${id + 20} 1 ${device} ${root} ${point} rw,relatime shared:1 - ext4 /dev/x rw`,
    )
    .join('\n');
}

describe('parseMountinfo', () => {
  it('reads fields and undoes the octal escapes', () => {
    expect(parseMountinfo(mounts(['8:1', '/', '/mnt/with\\040space\\134x']))).toEqual([
      { device: '8:1', root: '/', mountpoint: '/mnt/with space\\x' },
    ]);
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(Array.isArray(parseMountinfo(text))).toBe(true);
      }),
    );
  });
});

describe('mountAliases', () => {
  const aliases = (path: string, ...rows: readonly Row[]): string[] =>
    mountAliases(path, parseMountinfo(mounts(...rows)));

  it('is empty for a path that is mounted once', () => {
    expect(aliases('/home/u/.ssh', ['8:1', '/', '/'], ['0:5', '/', '/proc'], ['8:2', '/', '/mnt'])).toEqual(
      [],
    );
  });

  it('finds a bind mount of a directory above', () => {
    expect(aliases('/home/u/.ssh', ['8:1', '/', '/'], ['8:1', '/home', '/srv/homes'])).toEqual([
      '/srv/homes/u/.ssh',
    ]);
  });

  it('finds a bind mount of the path itself, and of something in it', () => {
    expect(aliases('/home/u/.ssh', ['8:1', '/', '/'], ['8:1', '/home/u/.ssh', '/keys'])).toEqual(['/keys']);
    expect(aliases('/home/u/.ssh', ['8:1', '/', '/'], ['8:1', '/home/u/.ssh/id', '/work/id'])).toEqual([
      '/work/id',
    ]);
  });

  it('finds the whole file system mounted elsewhere', () => {
    expect(
      aliases('/home/u/.ssh', ['8:1', '/', '/'], ['8:2', '/', '/home'], ['8:2', '/', '/mnt/disk']),
    ).toEqual(['/mnt/disk/u/.ssh']);
  });

  it('follows a subvolume, whose root is a path of the file system', () => {
    expect(
      aliases('/home/u/.ssh', ['0:30', '/@', '/'], ['0:30', '/@home', '/home'], ['0:30', '/', '/btrfs']),
    ).toContain('/btrfs/@home/u/.ssh');
  });

  it('finds what is mounted below the path and elsewhere too', () => {
    expect(
      aliases(
        '/home/u/.gnupg',
        ['8:1', '/', '/'],
        ['8:9', '/', '/home/u/.gnupg/card'],
        ['8:9', '/', '/media/card'],
      ),
    ).toEqual(['/media/card']);
  });

  it('keeps apart names that only begin alike, and other devices', () => {
    expect(
      aliases('/home/u/.ssh', ['8:1', '/', '/'], ['8:1', '/home/u/.ssh2', '/x'], ['8:1', '/home/u2', '/y']),
    ).toEqual([]);
    expect(aliases('/home/u/.ssh', ['8:1', '/', '/'], ['8:2', '/home', '/srv/homes'])).toEqual([]);
  });

  it('never lists the path itself or something in it', () => {
    const row = fc.tuple(
      fc.constantFrom('8:1', '8:2'),
      fc.constantFrom('/', '/h', '/h/s', '/h/s/k', '/x'),
      fc.constantFrom('/', '/h', '/h/s', '/h/s/k', '/x', '/x/y'),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
        for (const alias of aliases('/h/s', ['8:1', '/', '/'], ...rows)) {
          expect(alias === '/h/s' || alias.startsWith('/h/s/')).toBe(false);
        }
      }),
    );
  });
});
