/**
 * Every machine that the package brings binaries for. To add one: a line here, then `BUILD_TARGETS=NAME npm run prebuild`.
 * `addon` and `launcher` are zig triples; a platform without a launcher has none. `folder` is where node-gyp-build looks.
 */
const table = [
  // The oldest glibc with which a supported Node runs. The launcher is static, and the same for both.
  { name: 'linux-x64-glibc', addon: 'x86_64-linux-gnu.2.28', launcher: 'x86_64-linux-musl' },
  { name: 'linux-x64-musl', addon: 'x86_64-linux-musl', launcher: 'x86_64-linux-musl' },
  { name: 'linux-arm64-glibc', addon: 'aarch64-linux-gnu.2.28', launcher: 'aarch64-linux-musl' },
  { name: 'linux-arm64-musl', addon: 'aarch64-linux-musl', launcher: 'aarch64-linux-musl' },
  { name: 'darwin-x64', addon: 'x86_64-macos.11.0', launcher: 'x86_64-macos.11.0' },
  { name: 'darwin-arm64', addon: 'aarch64-macos.11.0', launcher: 'aarch64-macos.11.0' },
  { name: 'win32-x64', addon: 'x86_64-windows-gnu' },
  { name: 'win32-arm64', addon: 'aarch64-windows-gnu' },
];

/** @typedef {{ name: string, folder: string, file: string, platform: string, arch: string, libc?: string, addon: string, launcher?: string }} Target */

/** @type {readonly Target[]} */
export const targets = table.map((entry) => {
  const [platform, arch, libc] = entry.name.split('-');
  return {
    ...entry,
    platform,
    arch,
    ...(libc && { libc }),
    folder: `${platform}-${arch}`,
    file: `${platform}-${arch}/moated${libc ? `.${libc}` : ''}.node`,
  };
});

/** What a selection that names nothing means for this machine: what can be loaded here. */
export const ownTargets = `${process.platform}-${process.arch}`;

/**
 * The targets named by BUILD_TARGETS, comma or space separated: `linux-x64-musl` one, `linux-x64` both of a folder, none or `all` every one.
 * @returns {readonly Target[]}
 */
export function selectedTargets(env = process.env) {
  const names = (env.BUILD_TARGETS ?? '').split(/[\s,]+/).filter(Boolean);
  if (names.length === 0 || names.includes('all')) return targets;
  for (const name of names) {
    if (targets.some((target) => target.name === name || target.folder === name)) continue;
    throw new Error(
      `no such target: ${name} (there are: all, ${targets.map((target) => target.name).join(', ')})`,
    );
  }
  return targets.filter(({ name, folder }) => names.includes(name) || names.includes(folder));
}
