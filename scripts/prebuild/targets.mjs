/**
 * Every machine that the package brings binaries for. To add one: a line here, then `BUILD_TARGETS=NAME npm run prebuild`.
 * `addon` and `launcher` are zig triples; a platform without a launcher has none.
 */
export const targets = {
  'linux-x64': {
    platform: 'linux',
    arch: 'x64',
    libc: 'glibc',
    addon: 'x86_64-linux-gnu.2.28',
    launcher: 'x86_64-linux-musl',
  },
};

/** The targets named by BUILD_TARGETS (comma or space separated), or else the one of this machine. */
export function selectedTargets(env = process.env) {
  const names = (env.BUILD_TARGETS ?? `${process.platform}-${process.arch}`).split(/[\s,]+/).filter(Boolean);
  return names.map((name) => {
    const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
    if (!target) throw new Error(`no such target: ${name} (there are: ${Object.keys(targets).join(', ')})`);
    return { name, ...target };
  });
}
