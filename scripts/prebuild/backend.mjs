#!/usr/bin/env node
// Stands in for node-gyp under `prebuildify --node-gyp`: builds with cmake-js and zig, and leaves one .node file in build/Release of the working directory.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cmake } from '../lib/cmake.mjs';
import { at } from '../lib/paths.mjs';
import { targets } from './targets.mjs';

const { addon, launcher } = targets[process.env.MOATED_TARGET];
const launcherOut = at('build', 'zig', launcher);
const addonOut = at('build', 'zig', addon);

// The musl build makes the init and the static launcher, the other one embeds the same init into the addon.
build(launcher, launcherOut, 'moated-launcher', []);
build(addon, addonOut, 'moated', [`MOATED_INIT_IMAGE=${join(launcherOut, 'moated-init')}`]);

const release = join(process.cwd(), 'build', 'Release');
rmSync(release, { recursive: true, force: true });
mkdirSync(release, { recursive: true });
copyFileSync(join(addonOut, 'Release', 'moated.node'), join(release, 'moated.node'));

function build(triple, out, target, definitions) {
  const toolchain = [`CMAKE_TOOLCHAIN_FILE=${at('cmake/zig.cmake')}`, `ZIG_TARGET=${triple}`];
  // prebuildify reads nothing from stdout, and shows stderr.
  cmake({ out, target, definitions: [...toolchain, ...definitions], stdio: ['ignore', 2, 2] });
}
