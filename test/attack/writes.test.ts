import { lstatSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { original, type Scene } from '../helpers/scene.js';
import { defineAttack } from './harness.js';
import { content, needsRoot, present, program, shell, wrote } from './support.js';

/** Attacks that put the token into an existing file outside. */
const intoTarget = [
  'direct',
  'append',
  'via-symlink',
  'via-hardlink',
  'via-fd-hardlink',
  'rename-over',
  'rename-exchange',
  'rename-away',
  'proc-self-root',
  'proc-thread-root',
  'proc-pid-root',
  'dot-dot',
  'proc-self-cwd',
  'reopen-path-fd',
  'reopen-readonly-fd',
  'dirfd-openat',
  'chdir-relative',
  'openat2',
  'mmap',
  'pwrite-sync',
  'sendfile',
  'copy-file-range',
  'splice',
  'io-uring',
  'tmpfile-link',
];

for (const name of intoTarget) {
  defineAttack({
    name: `write outside: ${name}`,
    command: (scene) => program('files', name, scene.target, scene.token, process.pid),
    effect: wrote((scene) => scene.target),
  });
}

for (const name of ['truncate', 'truncate-readonly-open', 'punch-hole', 'unlink']) {
  defineAttack({
    name: `destroy outside: ${name}`,
    command: (scene) => program('files', name, scene.target),
    effect: (scene) => content(scene.target) !== original,
  });
}

const fresh = (scene: Scene): string => join(scene.outside, 'new');

for (const name of ['direct', 'mkdir', 'mkfifo', 'mknod-socket', 'mknod-device']) {
  defineAttack({
    name: `create outside: ${name}`,
    ...(name === 'mknod-device' && { needs: [needsRoot] }),
    command: (scene) => program('files', name, fresh(scene), scene.token),
    effect: (scene) => present(fresh(scene)),
  });
}

defineAttack({
  name: 'replace outside by a symbolic link',
  command: (scene) => program('files', 'symlink-outside', scene.target, scene.token),
  effect: (scene) => lstatSync(scene.target, { throwIfNoEntry: false })?.isSymbolicLink() === true,
});

defineAttack({
  name: 'write outside through a symbolic link that the workspace already has',
  setup: (scene) => {
    symlinkSync(scene.outside, join(scene.workspace, 'way'));
  },
  command: (scene) => shell('echo "$1" > way/target', scene.token),
  effect: wrote((scene) => scene.target),
});

defineAttack({
  name: 'write to the parent of the workspace',
  command: (scene) => shell('echo "$1" > ../planted', scene.token),
  effect: (scene) => present(join(scene.base, 'planted')),
});

defineAttack({
  name: 'write to the home directory',
  command: (scene) => shell('echo "$1" >> "$2/.bashrc"', scene.token, scene.home),
  effect: wrote((scene) => join(scene.home, '.bashrc')),
});

defineAttack({
  name: 'replace the workspace directory itself',
  command: (scene) => shell('cd .. && mv workspace gone && mkdir workspace', scene.base),
  effect: (scene) => present(join(scene.base, 'gone')),
});

for (const [name, script] of [
  ['sh', 'echo "$2" > "$1"'],
  [
    'cp',
    'echo "$2" > "$TMPDIR/own" 2>/dev/null || echo "$2" > own; cp own "$1" 2>/dev/null || cp "$TMPDIR/own" "$1"',
  ],
  ['dd', 'echo "$2" | dd of="$1" 2>/dev/null'],
  ['tee', 'echo "$2" | tee "$1" >/dev/null'],
  ['node', `node -e 'require("fs").writeFileSync(process.argv[1], process.argv[2])' "$1" "$2"`],
  ['background job', '(sleep 0.05; echo "$2" > "$1") & wait'],
] as const) {
  defineAttack({
    name: `write outside from ${name}`,
    command: (scene) => shell(script, scene.target, scene.token),
    effect: wrote((scene) => scene.target),
  });
}
