import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../../src', import.meta.url));

/** Which modules (folders of src/, or files directly in it) each module may import. Nothing that is not named here. */
const table: Readonly<Record<string, readonly string[]>> = {
  types: [],
  errors: ['types'],
  builtins: [],
  profile: ['types', 'errors', 'builtins'],
  execpolicy: ['types', 'errors'],
  audit: ['types', 'errors', 'builtins'],
  compile: ['types', 'errors', 'profile'],
  native: ['types', 'errors', 'builtins'],
  run: ['types', 'errors', 'builtins', 'compile', 'native', 'audit/event'],
  network: ['types', 'errors', 'compile', 'native', 'audit/event'],
  vetting: ['types', 'errors', 'builtins', 'profile', 'execpolicy', 'compile'],
  sandbox: [
    ...[
      'types',
      'errors',
      'profile',
      'execpolicy',
      'audit',
      'compile',
      'native',
      'run',
      'network',
      'vetting',
    ],
  ],
  default_sandbox: ['types', 'errors', 'sandbox'],
  supervisor: ['types', 'errors', 'sandbox'],
  workspace: ['types', 'errors', 'sandbox'],
  index: [
    ...['types', 'errors', 'profile', 'execpolicy', 'audit', 'run', 'network', 'sandbox', 'default_sandbox'],
    ...['supervisor', 'workspace', 'vetting'],
  ],
  // The second public entry.
  audit_log: ['types', 'errors', 'audit'],
  cli: ['index', 'audit_log'],
  integrations: ['index', 'audit_log'],
};

/** Packages that are not Node's own, and who may import them. */
const packages: Readonly<Record<string, RegExp>> = {
  native: /^node-gyp-build(?:\/|$)/,
  // Bundled. One file knows it.
  'execpolicy/shell/unbash': /^unbash$/,
};

/** Modules that decide and never act. */
const pure = ['types', 'errors', 'profile', 'execpolicy', 'audit', 'compile'];
const acting =
  /^node:(?:child_process|cluster|dgram|dns|http|http2|https|inspector|module|net|tls|vm|worker_threads)(?:\/|$)/;
/** The compiler works on values alone: what it needs of the machine is handed to it. */
const noFiles = ['types', 'errors', 'compile'];
const files = /^node:fs(?:\/|$)/;

interface Import {
  readonly from: string;
  readonly to: string;
}

/** All TypeScript files below src/, relative to it, with `/`. */
function sourceFiles(): readonly string[] {
  if (!existsSync(source)) return [];
  return readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith('.ts'));
}

function read(file: string): string {
  return readFileSync(join(source, file), 'utf8');
}

/** Every import, export-from, dynamic import and require of a file. */
export function importsOf(file: string, text: string): readonly Import[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => ({ from: file, to: fileName }));
}

/** The module of a file: its folder directly below src/, or its own name without the extension. */
function moduleOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace(/\.[jt]s$/, '');
}

/** What a relative import names, relative to src/. */
function resolved({ from, to }: Import): string {
  return normalize(join(dirname(from), to))
    .split(sep)
    .join('/');
}

/** Why an import is not allowed, or undefined. */
export function objection(one: Import): string | undefined {
  const from = moduleOf(one.from);
  const allowed = table[from];
  const say = (why: string): string => `${one.from} imports ${one.to}: ${why}`;
  if (allowed === undefined) return say(`${from} has no line in the table of imports.test.ts`);
  if (one.to.startsWith('node:')) {
    if (pure.includes(from) && acting.test(one.to)) return say(`${from} is pure`);
    return noFiles.includes(from) && files.test(one.to) ? say(`${from} reads no files`) : undefined;
  }
  if (!one.to.startsWith('.')) {
    const user = packages[from] ?? packages[one.from.replace(/\.ts$/, '')];
    return user?.test(one.to) === true ? undefined : say('not a package that it may use');
  }
  if (!one.to.endsWith('.js')) return say('relative imports end in .js');
  const target = resolved(one);
  if (target.startsWith('..')) return say('outside of src/');
  const to = moduleOf(target);
  if (to === from || allowed.includes(to) || allowed.includes(target.replace(/\.js$/, ''))) return undefined;
  return say(`${from} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing'}`);
}

/** A cycle of files through their imports, or undefined. */
export function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    done.add(file);
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle !== undefined) return cycle;
    }
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

const all = sourceFiles();

describe('imports of src', () => {
  it('finds the sources', () => {
    expect(all).toContain('types.ts');
    expect(all).toContain('errors.ts');
  });

  it('load no module of Node that few programs need', () => {
    const heavy =
      /^import (?!type\b)[^;]* from 'node:(?:crypto|fs\/promises|https?|net|stream|worker_threads)';/mu;
    const library = all.filter((file) => moduleOf(file) !== 'cli');
    expect(library.filter((file) => heavy.test(read(file)))).toEqual([]);
  });

  it('follow the layers', () => {
    const objections = all
      .flatMap((file) => importsOf(file, read(file)).map(objection))
      .filter((why) => why !== undefined);
    expect(objections).toEqual([]);
  });

  it('have no cycle', () => {
    const graph = new Map(
      all.map((file) => [
        file,
        importsOf(file, read(file))
          .filter(({ to }) => to.startsWith('.'))
          .map((one) => resolved(one).replace(/\.js$/, '.ts')),
      ]),
    );
    expect(findCycle(graph)).toBeUndefined();
  });

  it('pass through no barrel file but the public entries', () => {
    const barrels = all.filter((file) => {
      if (file === 'index.ts' || file === 'audit_log.ts') return false;
      const { statements } = ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022);
      return (
        statements.length > 0 &&
        statements.every((one) => ts.isExportDeclaration(one) && one.moduleSpecifier !== undefined)
      );
    });
    expect(barrels).toEqual([]);
  });
});

// The rules themselves: each must be able to fail.
describe('an import is refused', () => {
  it.each<[string, string, string]>([
    ['from a lower layer to a higher', 'profile/names.ts', '../compile/linux.js'],
    ['between siblings', 'run/run.ts', '../network/broker.js'],
    ['between pure siblings', 'audit/log.ts', '../profile/names.js'],
    ['from L0', 'types.ts', './errors.js'],
    ['from the command line past index', 'cli/main.ts', '../run/run.js'],
    ['of a process API in a pure module', 'profile/resolve.ts', 'node:child_process'],
    ['of the network in a pure module', 'audit/log.ts', 'node:net'],
    ['of files in the compiler', 'compile/linux.ts', 'node:fs'],
    ['of a package', 'run/run.ts', 'execa'],
    ['of the addon loader outside of native', 'run/run.ts', 'node-gyp-build'],
    ['of the shell parser outside of its adapter', 'execpolicy/shell/words.ts', 'unbash'],
    ['of a module that the table does not know', 'novel/file.ts', '../types.js'],
    ['without an extension', 'profile/names.ts', './suggest'],
    ['out of src', 'profile/names.ts', '../../test/helpers/require.js'],
    ['of more of audit than its events', 'run/run.ts', '../audit/log.js'],
  ])('%s', (_name, from, to) => {
    expect(objection({ from, to })).toBeDefined();
  });

  it.each<[string, string, string]>([
    ['within a module', 'run/run.ts', './result.js'],
    ['of the audit event type', 'run/run.ts', '../audit/event.js'],
    ['of index by the command line', 'cli/main.ts', '../index.js'],
    ['of the shell parser by its adapter', 'execpolicy/shell/unbash.ts', 'unbash'],
    ['of files where paths are resolved', 'profile/canonical.ts', 'node:fs'],
  ])('but not %s', (_name, from, to) => {
    expect(objection({ from, to })).toBeUndefined();
  });

  it('also when it is dynamic, required, or an export', () => {
    const text =
      "export { a } from './a.js';\nvoid import('./b.js');\nimport type { c } from './c.js';\nimport d = require('./d.js');";
    expect(
      importsOf('x.ts', text)
        .map(({ to }) => to)
        .sort(),
    ).toEqual(['./a.js', './b.js', './c.js', './d.js']);
  });

  it('a cycle is found', () => {
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b', 'c', 'b']);
    expect(
      findCycle(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
          ['c', []],
        ]),
      ),
    ).toBeUndefined();
  });
});
