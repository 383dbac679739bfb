// npm run prebuild     rebuilds prebuilds/ for every target, or for those in BUILD_TARGETS (scripts/prebuild/targets.mjs), and writes prebuilds/manifest.json
// --out DIR            writes the binaries to DIR/prebuilds instead, and no manifest
import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { must, mustNode } from './lib/exec.mjs';
import { prebuiltFiles, readManifest, sha256, writeManifest } from './lib/manifest.mjs';
import { nativeHash } from './lib/native-hash.mjs';
import { at } from './lib/paths.mjs';
import { ownTargets, selectedTargets } from './prebuild/targets.mjs';

const flag = process.argv.indexOf('--out');
const out = flag === -1 ? at() : resolve(process.argv[flag + 1]);
const tools = at('scripts', 'prebuild');
const hostLibc = process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';

if (!existsSync(join(tools, 'node_modules', '@oven'))) {
  must('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: tools });
}

const selected = selectedTargets();
for (const target of selected) build(target);
if (flag === -1) updateManifest();

function build({ name, folder, file, platform, arch, libc, launcher }) {
  const started = performance.now();
  // prebuildify takes the addon from build/Release of its working directory: not from our own, which contributors use.
  const workdir = at('build', 'prebuild', name);
  mkdirSync(workdir, { recursive: true });
  const cache = at('build', 'zig-cache');
  mustNode(
    join(tools, 'node_modules/prebuildify/bin.js'),
    [
      ...['--napi', '--name', 'moated', '--platform', platform, '--arch', arch],
      ...['--cwd', workdir, '--out', out, '--node-gyp', join(tools, 'backend.mjs')],
      ...(libc ? ['--tag-libc', libc] : []),
    ],
    {
      env: {
        ...process.env,
        ...(libc && { PREBUILD_LIBC: libc }),
        MOATED_TARGET: name,
        ZIG_GLOBAL_CACHE_DIR: cache,
        ZIG_LOCAL_CACHE_DIR: cache,
      },
    },
  );
  if (launcher) {
    const destination = join(out, 'prebuilds', folder, 'moated-launcher');
    copyFileSync(at('build', 'zig', launcher, 'Release', 'moated-launcher'), destination);
    chmodSync(destination, 0o755);
  }
  // A symbol that the small runtime lacks shows only here.
  if (folder === ownTargets && (libc ?? hostLibc) === hostLibc) {
    createRequire(import.meta.url)(join(out, 'prebuilds', file));
  }
  console.log(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function updateManifest() {
  const sources = nativeHash();
  const old = readManifest();
  const rebuilt = new Set(
    selected.flatMap(({ file, folder, launcher }) => [
      file,
      ...(launcher ? [`${folder}/moated-launcher`] : []),
    ]),
  );
  const files = {};
  for (const file of prebuiltFiles()) {
    // One hash of the sources for the whole folder: binaries of older sources must not stay beside new ones.
    if (old.sources !== sources && !rebuilt.has(file)) {
      throw new Error(`${file} is of older sources: rebuild every target (BUILD_TARGETS)`);
    }
    files[file] = sha256(at('prebuilds', file));
  }
  writeManifest({ sources, files });
}
