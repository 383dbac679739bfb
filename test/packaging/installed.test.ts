import { chmodSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { command, copyOf, root, sayHello } from './project.js';

const app = inject('app');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
};
const copies: string[] = [];

function copy(name?: string): string {
  const folder = copyOf(app, name);
  copies.push(dirname(folder));
  return folder;
}

afterAll(() => {
  for (const folder of copies) rmSync(folder, { recursive: true, force: true });
});

function node(...args: readonly string[]): string {
  return command(app, process.execPath, args);
}

/** What a script says in a project, as JSON. */
function answer(folder: string, script: string): unknown {
  return JSON.parse(command(folder, process.execPath, ['-e', script]));
}

/** The addon that a project has for this machine. */
const addon = (folder: string): string =>
  join(folder, `node_modules/moated/prebuilds/${process.platform}-${process.arch}`);

const helloFrom = (folder: string): unknown => [
  'hello\n',
  0,
  expect.stringContaining(`${addon(folder)}/moated.`),
];

describe('the installed package', () => {
  it('is the same for import and require', () => {
    const print = (load: string): string => `console.log(Object.keys(${load}).sort().join())`;
    const esm = node('--input-type=module', '-e', print("await import('moated')"));
    const cjs = node('--input-type=commonjs', '-e', print("require('moated')"));
    expect(esm).toContain('sandbox');
    expect(cjs).toBe(esm);
  });

  it.each([
    ['import', 'module', "import { sandbox } from 'moated';"],
    ['require', 'commonjs', "const { sandbox } = require('moated');"],
  ])('runs a command after %s, with the addon that it brought', (_name, type, load) => {
    const said = node(`--input-type=${type}`, '-e', `${load}\n${sayHello}`);
    expect(JSON.parse(said)).toEqual(helloFrom(app));
  });

  it('has its command line', () => {
    expect(command(app, join(app, 'node_modules/.bin/moated'), ['--version'])).toContain(version);
  });

  it('keeps its inner files to itself', () => {
    expect(() => node('-e', "require('moated/dist/cli/main.js')")).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

describe('a place that is not plain', () => {
  const load = "const { sandbox } = require('moated');";

  it.each(['with some spaces', 'ordner-für-日本語', "quote ' and $HOME %41 #x?y"])('runs from %s', (name) => {
    const folder = copy(name);
    expect(answer(folder, `${load}\n${sayHello}`)).toEqual(helloFrom(folder));
    // The workspace is that folder too.
    const file = "sandbox.run('echo x > made && pwd', 'workspace-write')";
    const script = `${load} ${file}.then((result) => console.log(JSON.stringify([result.verdict, result.stdout])));`;
    expect(answer(folder, script)).toEqual(['ok', `${folder}\n`]);
    expect(readFileSync(join(folder, 'made'), 'utf8')).toBe('x\n');
  });

  it('runs from an installation that nobody may write, and leaves nothing in it', () => {
    const folder = copy();
    const entries = (): string[] =>
      readdirSync(join(folder, 'node_modules'), { recursive: true, encoding: 'utf8' });
    const before = entries().map((name) => join(folder, 'node_modules', name));
    for (const path of before) chmodSync(path, statSync(path).mode & 0o555);
    chmodSync(join(folder, 'node_modules'), 0o555);
    // The modes bind every user but root, who is held by what was found to have changed.
    expect(answer(folder, `${load}\n${sayHello}`)).toEqual(helloFrom(folder));
    expect(entries().map((name) => join(folder, 'node_modules', name))).toEqual(before);
    for (const path of before) if (statSync(path).isDirectory()) chmodSync(path, 0o755);
    chmodSync(join(folder, 'node_modules'), 0o755);
  });
});

describe('a machine that the package brings nothing for', () => {
  const pretend = (property: string, value: string): unknown =>
    answer(
      app,
      `Object.defineProperty(process, '${property}', { value: '${value}' });
      const { sandbox, isSandboxError } = require('moated');
      try { sandbox.doctor(); } catch (error) {
        console.log(JSON.stringify({ ours: isSandboxError(error), code: error.code, message: error.message }));
      }`,
    );

  it('is told which file was looked for, and what to do', () => {
    const error = pretend('arch', 'riscv64') as { readonly message: string };
    expect(error).toMatchObject({ ours: true, code: 'ERR_ADDON_NOT_LOADED' });
    expect(error.message).toContain(join(dirname(addon(app)), `${process.platform}-riscv64`));
    expect(error.message).toMatch(/Reinstall|build it/);
  });

  it('is told the same on a system where moated cannot enforce', () => {
    const error = pretend('platform', 'freebsd') as { readonly message: string };
    expect(error).toMatchObject({ ours: true, code: 'ERR_UNSUPPORTED_PLATFORM' });
    expect(error.message).toContain(join(dirname(addon(app)), `freebsd-${process.arch}`));
  });

  it('can still import it, and explain what it would do', () => {
    const script = `Object.defineProperty(process, 'arch', { value: 'riscv64' });
      console.log(JSON.stringify(require('moated').sandbox.check('ls').decision));`;
    expect(answer(app, script)).toEqual(expect.any(String));
  });
});
