// What runs inside a virtual machine: a root file system of busybox, Node, the package and the bundled tests, as an initramfs.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { at } from '../lib/paths.mjs';
import { cached } from './cache.mjs';
import { installedPackage } from './installed.mjs';

/** The user under whom the tests run in the machine. */
const nobody = 65_534;
/** What a Node that is linked with glibc needs. */
const glibcLibraries = [
  'libc.so.6',
  'libm.so.6',
  'libdl.so.2',
  'libpthread.so.0',
  'librt.so.1',
  'libstdc++.so.6',
  'libgcc_s.so.1',
];

/** Bundles the tests of test/targets, with a small stand-in for vitest: Node alone runs them. */
export async function bundleGuest(folder) {
  const options = {
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outExtension: { '.js': '.mjs' },
    outdir: join(folder, 'test/targets'),
    logLevel: 'error',
    // The package says that its modules have no side effects; tests have nothing else.
    ignoreAnnotations: true,
    banner: {
      js: "import { createRequire as madeRequire } from 'node:module'; const require = madeRequire(import.meta.url);",
    },
    external: ['node-gyp-build'],
  };
  await build({
    ...options,
    entryPoints: [at('test/targets/guest.ts')],
    alias: { vitest: at('test/targets/vitest.ts') },
  });
  await build({ ...options, entryPoints: [at('test/targets/fixtures.ts')] });
  cpSync(at('test/fixtures'), join(folder, 'test/fixtures'), { recursive: true });
}

/**
 * `libc` is the C library that Node is linked with; `libraries` are looked for in `libraryFolders`.
 * @param {{ out: string, node: string, addon: string, launcher: string, busybox: string, libc?: 'glibc' | 'musl', interpreter: string, libraryFolders: string[], libraries?: string[], compiler?: string }} parts
 */
export async function makeInitrd({
  out,
  node,
  addon,
  launcher,
  busybox,
  libc = 'glibc',
  interpreter,
  libraryFolders,
  libraries = glibcLibraries,
  compiler,
}) {
  const root = mkdtempSync(join(cached('work'), 'guest-'));
  chmodSync(root, 0o755);
  const put = (from, to, mode) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(from, join(root, to));
    if (mode) chmodSync(join(root, to), mode);
  };
  try {
    for (const folder of ['proc', 'sys', 'dev', 'tmp', 'etc', 'root', 'var/tmp', 'usr/bin', 'bin'])
      mkdirSync(join(root, folder), { recursive: true });
    put(at('test/targets/init.sh'), 'init', 0o755);
    put(busybox, 'bin/busybox', 0o755);
    symlinkSync('busybox', join(root, 'bin/sh'));
    put(node, 'usr/bin/node', 0o755);
    const library = (name) =>
      libraryFolders.map((folder) => join(folder, name)).find((file) => existsSync(file));
    put(library(interpreter.split('/').at(-1)), interpreter, 0o755);
    for (const name of libraries.filter((one) => library(one))) put(library(name), `usr/lib/${name}`, 0o755);
    // By this file node-gyp-build knows a system of musl.
    if (libc === 'musl') writeFileSync(join(root, 'etc/alpine-release'), '3.20.0\n');
    const home = join(root, 'moated');
    put(at('package.json'), 'moated/package.json');
    put(addon, 'moated/build/Release/moated.node');
    put(launcher, 'moated/build/Release/moated-launcher', 0o755);
    cpSync(at('node_modules/node-gyp-build'), join(home, 'node_modules/node-gyp-build'), {
      recursive: true,
      dereference: true,
    });
    cpSync(at('dist'), join(home, 'dist'), { recursive: true });
    await bundleGuest(home);
    compileFixtures(home, root, compiler);
    cpSync(installedPackage(), join(root, 'app'), { recursive: true, verbatimSymlinks: true });
    execFileSync('sh', ['-c', `find . | cpio -o -H newc --quiet | gzip -1 > "$OUT"`], {
      cwd: root,
      env: { ...process.env, OUT: out },
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The programs that tests start, compiled beforehand under the names by which the tests look for them. */
function compileFixtures(home, root, compiler) {
  const folder = join(root, 'var/tmp', `moated-fixtures-${nobody}`);
  mkdirSync(folder, { recursive: true });
  const env = {
    ...process.env,
    MOATED_FIXTURES: folder,
    ...(compiler && { MOATED_FIXTURE_COMPILER: compiler }),
  };
  execFileSync(process.execPath, [join(home, 'test/targets/fixtures.mjs')], { env, stdio: 'inherit' });
  if (readdirSync(folder).length === 0) throw new Error('no fixture was compiled');
  writeFileSync(
    join(root, 'etc/passwd'),
    `root:x:0:0::/root:/bin/sh\nnobody:x:${nobody}:${nobody}::/nohome:/bin/sh\n`,
  );
  writeFileSync(join(root, 'etc/group'), `root:x:0:\nnogroup:x:${nobody}:\n`);
}
