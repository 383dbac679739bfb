import { readFileSync, readdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');

interface Sources {
  readonly addon: readonly string[];
  readonly engine: readonly string[];
  readonly posix: readonly string[];
  readonly linux: readonly string[];
  readonly macos: readonly string[];
  readonly windows: readonly string[];
  readonly init: readonly string[];
  readonly launcher: readonly string[];
  readonly stage: readonly string[];
  readonly runtime: readonly string[];
  readonly guard: readonly string[];
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

const sources = JSON.parse(read('native/sources.json')) as Sources;
const { tests, ...lists } = sources;
const listed = [...Object.values(lists).flat(), ...Object.values(tests).flat()];

function onDisk(): readonly string[] {
  return readdirSync(`${root}/native`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.cc'))
    .map((file) => `native/${file.replaceAll('\\', '/')}`)
    .sort();
}

describe('native/sources.json', () => {
  it('lists every C++ file, and no other', () => {
    expect([...new Set(listed)].sort()).toEqual(onDisk());
  });

  it('lists none twice for one binary', () => {
    for (const [name, list] of Object.entries(lists)) expect(new Set(list).size, name).toBe(list.length);
    for (const os of ['linux', 'macos', 'windows'] as const) {
      const addon = [
        ...sources.addon,
        ...sources.engine,
        ...(os === 'windows' ? [] : sources.posix),
        ...sources[os],
      ];
      expect(new Set(addon).size, os).toBe(addon.length);
    }
  });

  it('names a test program after its file', () => {
    for (const [name, list] of Object.entries(tests)) expect(list).toContain(`native/test/${name}.cc`);
  });
});

describe('the build files', () => {
  // Both must take every list from the one file: a source that is named in a build file is a second list.
  it('name no source of their own', () => {
    const cmake = ['CMakeLists.txt', ...readdirSync(`${root}/cmake`).map((file) => `cmake/${file}`)];
    const named = [...cmake, 'binding.gyp'].flatMap((file) =>
      [
        ...read(file)
          .replaceAll(/#.*$/gm, '')
          .matchAll(/[\w/]+\.cc\b/g),
      ].map(([source]) => `${file}: ${source}`),
    );
    // Its properties are set there, since it embeds another target's file.
    expect(named.filter((entry) => entry !== 'cmake/init.cmake: /native/linux/init_image.cc')).toEqual([]);
  });

  it.each([
    ['addon', 'linux', [...sources.addon, ...sources.engine, ...sources.posix, ...sources.linux]],
    ['launcher', 'linux', [...sources.launcher, ...sources.engine, ...sources.posix, ...sources.linux]],
    ['init', 'linux', sources.init],
    ['stage', 'macos', sources.stage],
    ['addon', 'macos', [...sources.addon, ...sources.engine, ...sources.posix, ...sources.macos]],
    ['addon', 'windows', [...sources.addon, ...sources.engine, ...sources.windows]],
  ] as const)('give the %s the same sources on %s', (binary, os, expected) => {
    const gyp = execFileSync(process.execPath, ['scripts/native-sources.mjs', binary, os], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(gyp.trim().split('\n').sort()).toEqual([...expected].sort());
  });

  it.each(['addon', 'engine', 'posix', 'init', 'launcher', 'stage', 'runtime', 'guard'])(
    'read the list %s in CMake',
    (list) => {
      const cmake = [
        'CMakeLists.txt',
        'cmake/init.cmake',
        'cmake/launcher.cmake',
        'cmake/stage.cmake',
        'cmake/addon.cmake',
      ]
        .map(read)
        .join('\n');
      expect(cmake).toContain(`moated_sources(${list}_sources ${list})`);
    },
  );

  it('embed one version, that of package.json', () => {
    expect(read('CMakeLists.txt')).toContain('string(JSON version GET "${package}" version)');
    expect(read('binding.gyp')).toContain("require('./package.json').version");
  });
});

describe('the lock files', () => {
  it.each(['package-lock.json', 'scripts/prebuild/package-lock.json'])('%s names no registry', (file) => {
    expect(read(file)).not.toContain('"resolved"');
  });

  // npm leaves out optional packages that a registry does not have, and then `npm ci` refuses the file on every other system.
  it('lists the optional packages of every system', () => {
    interface Locked {
      readonly optionalDependencies?: Readonly<Record<string, string>>;
    }
    const { packages } = JSON.parse(read('package-lock.json')) as {
      readonly packages: Readonly<Record<string, Locked>>;
    };
    const names = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')));
    const asked = Object.values(packages).flatMap((one) => Object.keys(one.optionalDependencies ?? {}));
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
  });
});
