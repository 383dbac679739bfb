import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { command, root } from './project.js';

const packed = inject('packed');
const app = inject('app');

interface PackageJson {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, Entry>>>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly gypfile: boolean;
}

interface Entry {
  readonly types: string;
  readonly default: string;
}

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const manifest = read(join(root, 'prebuilds', 'manifest.json')) as {
  readonly files: Readonly<Record<string, string>>;
};
const installed = read(join(app, 'node_modules/moated/package.json')) as PackageJson;

/** Every file that `exports` names, as `dist/index.js`. */
function exported(): readonly string[] {
  return Object.values(installed.exports)
    .flatMap((entry) =>
      typeof entry === 'string'
        ? [entry]
        : Object.values(entry).flatMap(({ types, default: file }) => [types, file]),
    )
    .map((file) => file.replace(/^\.\//, ''));
}

/** Everything that is published. A file of another kind must be added here on purpose. */
const published = new Set([
  ...['LICENSE', 'README.md', 'SECURITY.md', 'package.json'],
  ...exported(),
  // What the README and `moated doctor` refer to.
  ...['audit', 'errors', 'execpolicy', 'platforms'].map((name) => `docs/${name}.md`),
  // Loaded by the entries, but not to be imported.
  ...['dist/cli/main.js', 'dist/execpolicy.cjs'],
  ...['manifest.json', ...Object.keys(manifest.files)].map((file) => `prebuilds/${file}`),
]);

describe('the tarball', () => {
  it('holds exactly the published files', () => {
    expect(packed.names).toEqual([...published].sort());
  });

  it('has an addon for this machine, and one or more files for every target that it names', () => {
    const targets = new Set(Object.keys(manifest.files).map((file) => file.split('/')[0]));
    expect(targets).toContain(`${process.platform}-${process.arch}`);
    for (const target of targets) {
      expect(packed.names.filter((name) => name.startsWith(`prebuilds/${target ?? ''}/`))).toContainEqual(
        expect.stringMatching(/\.node$/),
      );
    }
  });

  it('is small', () => {
    expect(packed.size).toBeLessThan(1_500_000);
  });

  it('brings one dependency', () => {
    const paths = command(app, 'npm', ['ls', '--all', '--parseable']).trim().split('\n').slice(1);
    expect(paths.map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)).sort()).toEqual([
      'moated',
      'node-gyp-build',
    ]);
  });

  it('has nothing to run at install', () => {
    // npm compiles by itself where it finds a binding.gyp and is not told otherwise.
    expect(packed.names).not.toContain('binding.gyp');
    expect(installed.gypfile).toBe(false);
    expect(Object.keys(installed.scripts).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([]);
    // npm notes here that a package has such a script, also an implied one.
    const { packages } = read(join(app, 'package-lock.json')) as {
      readonly packages: Readonly<Record<string, object>>;
    };
    expect(Object.entries(packages).filter(([, entry]) => 'hasInstallScript' in entry)).toEqual([]);
  });

  it('names no folder of the machine that packed it', () => {
    const named = packed.names.filter((name) =>
      readFileSync(join(app, 'node_modules/moated', name), 'latin1').includes(root),
    );
    expect(named).toEqual([]);
  });
});
