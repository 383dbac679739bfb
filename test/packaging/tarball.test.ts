import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, pack, project, root, type Packed } from './project.js';

const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string })
  .version;

/** Everything that is published. A new file must be added here on purpose. */
const published = [
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'dist/audit_log.cjs',
  'dist/audit_log.d.cts',
  'dist/audit_log.d.ts',
  'dist/audit_log.js',
  'dist/cli/main.js',
  'dist/execpolicy.cjs',
  'dist/index.cjs',
  'dist/index.d.cts',
  'dist/index.d.ts',
  'dist/index.js',
  'dist/otel.cjs',
  'dist/otel.d.cts',
  'dist/otel.d.ts',
  'dist/otel.js',
  'dist/pino.cjs',
  'dist/pino.d.cts',
  'dist/pino.d.ts',
  'dist/pino.js',
  'package.json',
  'prebuilds/linux-x64/moated-launcher',
  'prebuilds/linux-x64/moated.glibc.node',
  'prebuilds/manifest.json',
  'schemas/execpolicy.schema.json',
];

let packed: Packed;
let app: string;

beforeAll(() => {
  packed = pack();
  app = project({ 'package.json': JSON.stringify({ name: 'app', version: '1.0.0', private: true }) });
  command(app, 'npm', [
    'install',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    packed.file,
  ]);
}, 120_000);

afterAll(() => {
  rmSync(app, { recursive: true, force: true });
  rmSync(dirname(packed.file), { recursive: true, force: true });
});

/** Runs a script in the app. */
function node(...args: readonly string[]): string {
  return command(app, process.execPath, args);
}

describe('the tarball', () => {
  it('holds exactly the published files', () => {
    expect(packed.names).toEqual(published);
  });

  it('is small', () => {
    expect(packed.size).toBeLessThan(500_000);
  });

  it('brings one dependency', () => {
    const installed = command(app, 'npm', ['ls', '--all', '--parseable']).trim().split('\n').slice(1);
    expect(installed.map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)).sort()).toEqual([
      'moated',
      'node-gyp-build',
    ]);
  });

  it('has nothing to run at install', () => {
    const text = readFileSync(join(app, 'node_modules/moated/package.json'), 'utf8');
    const { scripts, gypfile } = JSON.parse(text) as {
      readonly scripts: Readonly<Record<string, string>>;
      readonly gypfile: boolean;
    };
    expect(Object.keys(scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:pre|post)?install$/)]),
    );
    expect(gypfile).toBe(false);
  });
});

describe('the installed package', () => {
  it('is the same for import and require', () => {
    const esm = node(
      '--input-type=module',
      '-e',
      "console.log(Object.keys(await import('moated')).sort().join())",
    );
    const cjs = node(
      '--input-type=commonjs',
      '-e',
      "console.log(Object.keys(require('moated')).sort().join())",
    );
    expect(esm).toContain('sandbox');
    expect(cjs).toBe(esm);
  });

  it.each([
    ['import', 'module', "const { sandbox } = await import('moated');"],
    ['require', 'commonjs', "const { sandbox } = require('moated');"],
  ])('runs a command after %s, with the addon that it brought', (_name, type, load) => {
    const script = `${load}
      sandbox.run(['/bin/echo', 'hello'], 'offline').then((result) => {
        const addon = process.report.getReport().sharedObjects.find((file) => file.endsWith('.node'));
        console.log(JSON.stringify([result.stdout, result.exitCode, addon]));
      });`;
    expect(JSON.parse(node(`--input-type=${type}`, '-e', script))).toEqual([
      'hello\n',
      0,
      join(app, 'node_modules/moated/prebuilds/linux-x64/moated.glibc.node'),
    ]);
  });

  it('has its command line', () => {
    expect(command(app, join(app, 'node_modules/.bin/moated'), ['--version'])).toContain(version);
  });

  it('keeps its inner files to itself', () => {
    expect(() => node('-e', "require('moated/dist/cli/main.js')")).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

describe('the types', () => {
  const use = `import { createSandbox, sandbox, type Result } from 'moated';
    export async function use(): Promise<string | undefined> {
      const result: Result = await sandbox.run(['/bin/true'], 'workspace-write', { timeout: 1000 });
      // @ts-expect-error: not a number. Types that were not found would be \`any\` and accept it.
      await sandbox.run('true', 'offline', { timeout: 'soon' });
      await using own = await createSandbox({ profile: 'offline' });
      void own;
      return result.signal;
    }\n`;

  it.each([
    ['node16', 'ESM', 'use.mts', []],
    ['node16', 'CommonJS', 'use.cts', []],
    ['nodenext', 'ESM', 'use.mts', []],
    ['esnext', 'a bundler', 'use.ts', ['--moduleResolution', 'bundler']],
  ])('check with module %s for %s', (module, _what, file, more) => {
    writeFileSync(join(app, file), use);
    // The compiler and the types of Node, which every such project has, come from this checkout.
    const options = [
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--lib',
      'es2022,esnext.disposable',
      '--types',
      'node',
      '--typeRoots',
      join(root, 'node_modules/@types'),
    ];
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    expect(node(compiler, ...options, '--module', module, ...more, file)).toBe('');
  });
});
