import { lstatSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { command, plainEnvironment, project, root, sayHello } from './project.js';

const packed = inject('packed');
let folder: string;
let app: string;
let output: string;

beforeAll(() => {
  // Its store and its caches stay in the folder, which it hard-links from.
  folder = project({
    'app/package.json': JSON.stringify({
      name: 'app',
      version: '1.0.0',
      private: true,
      dependencies: { moated: `file:${packed.file}` },
    }),
  });
  app = join(folder, 'app');
  const homes = ['XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'PNPM_HOME'].map(
    (name) => [name, join(folder, name)] as const,
  );
  output = command(
    app,
    process.execPath,
    [
      join(root, 'node_modules/pnpm/bin/pnpm.cjs'),
      'install',
      '--prefer-offline',
      '--store-dir',
      join(folder, 'store'),
    ],
    plainEnvironment({ ...Object.fromEntries(homes), CI: 'true' }),
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('installed by pnpm', () => {
  it('is a link into its store, and its dependency is out of reach of the project', () => {
    expect(lstatSync(join(app, 'node_modules/moated')).isSymbolicLink()).toBe(true);
    expect(realpathSync(join(app, 'node_modules/moated'))).toContain('/.pnpm/');
    expect(() => lstatSync(join(app, 'node_modules/node-gyp-build'))).toThrow('ENOENT');
  });

  it('has no build script that pnpm ignored', () => {
    // The words of pnpm's warning, which a package with an install script would cause.
    expect(output).not.toMatch(/Ignored build scripts/i);
    expect(readFileSync(join(app, 'pnpm-lock.yaml'), 'utf8')).not.toContain('requiresBuild');
  });

  it.each([
    ['import', 'module', "import { sandbox } from 'moated';"],
    ['require', 'commonjs', "const { sandbox } = require('moated');"],
  ])('runs a command after %s', (_name, type, load) => {
    const said = command(app, process.execPath, [`--input-type=${type}`, '-e', `${load}\n${sayHello}`]);
    expect(JSON.parse(said)).toEqual([
      'hello\n',
      0,
      expect.stringContaining(`${realpathSync(join(app, 'node_modules/moated'))}/prebuilds/`),
    ]);
  });

  it('runs a command by its command line', () => {
    const line = ['run', '-p', 'offline', '--', '/bin/echo', 'hello'];
    expect(command(app, join(app, 'node_modules/.bin/moated'), line)).toBe('hello\n');
  });
});
