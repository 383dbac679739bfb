#!/usr/bin/env node
// Stands in for node-gyp under `prebuildify --node-gyp`: builds with cmake-js and zig, and leaves one .node file in build/Release of the working directory.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cmake } from '../lib/cmake.mjs';
import { at } from '../lib/paths.mjs';
import { withoutTimestamps } from './pe-timestamps.mjs';
import { targets } from './targets.mjs';

const { addon, launcher, platform } = targets.find(({ name }) => name === process.env.MOATED_TARGET);
const addonOut = at('build', 'zig', addon);
const image = [];

// The musl build makes the init and the static launcher, the glibc one embeds the same init into the addon.
if (launcher) {
  const launcherOut = at('build', 'zig', launcher);
  build(launcher, launcherOut, 'moated-launcher', []);
  if (launcher !== addon) image.push(`MOATED_INIT_IMAGE=${join(launcherOut, 'moated-init')}`);
}
build(addon, addonOut, 'moated', image);

const release = join(process.cwd(), 'build', 'Release');
rmSync(release, { recursive: true, force: true });
mkdirSync(release, { recursive: true });
const bytes = readFileSync(join(addonOut, 'Release', 'moated.node'));
writeFileSync(join(release, 'moated.node'), platform === 'win32' ? withoutTimestamps(bytes) : bytes, {
  mode: 0o755,
});

function build(triple, out, target, definitions) {
  const toolchain = [`CMAKE_TOOLCHAIN_FILE=${at('cmake/zig.cmake')}`, `ZIG_TARGET=${triple}`];
  // prebuildify reads nothing from stdout, and shows stderr.
  cmake({ out, target, definitions: [...toolchain, ...definitions], stdio: ['ignore', 2, 2] });
}
