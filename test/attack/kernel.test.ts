import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { host, type Scene } from '../helpers/scene.js';
import { defineAttack } from './harness.js';
import {
  accepted,
  content,
  hostCan,
  leaked,
  need,
  needsFile,
  needsRoot,
  present,
  program,
  shell,
} from './support.js';

/** A mount point of the host, as the kernel lists it; undefined when nothing is mounted there. */
function mountLine(path: string): string | undefined {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find((line) => line.split(' ')[4] === path);
}

const point = (scene: Scene): string => join(scene.workspace, 'point');

function makePoint(scene: Scene): void {
  mkdirSync(point(scene));
  scene.onEnd(() => {
    if (mountLine(point(scene)) !== undefined) host(scene, ['umount', point(scene)]);
  });
}

defineAttack({
  name: 'kernel: mount a file system',
  needs: [needsRoot],
  setup: makePoint,
  command: (scene) => program('privilege', 'mount', point(scene)),
  effect: (scene) => mountLine(point(scene)) !== undefined,
});

defineAttack({
  name: 'kernel: bind a directory',
  needs: [needsRoot],
  setup: makePoint,
  command: (scene) => program('privilege', 'bind', scene.outside, point(scene)),
  effect: (scene) => mountLine(point(scene)) !== undefined,
});

defineAttack({
  name: 'kernel: unmount',
  needs: [needsRoot],
  setup: (scene) => {
    makePoint(scene);
    host(scene, ['mount', '-t', 'tmpfs', 'none', point(scene)]);
  },
  command: (scene) => program('privilege', 'umount', point(scene)),
  effect: (scene) => mountLine(point(scene)) === undefined,
});

defineAttack({
  name: 'kernel: change a mount by mount_setattr',
  needs: [needsRoot],
  setup: (scene) => {
    makePoint(scene);
    host(scene, ['mount', '-t', 'tmpfs', 'none', point(scene)]);
  },
  command: (scene) => program('privilege', 'mount-setattr', point(scene)),
  effect: (scene) => / ro[, ]/.test(mountLine(point(scene)) ?? ''),
});

defineAttack({
  name: 'kernel: make a read-only mount writable',
  needs: [needsRoot],
  setup: (scene) => {
    makePoint(scene);
    host(scene, ['mount', '--bind', scene.outside, point(scene)]);
    host(scene, ['mount', '-o', 'remount,bind,ro', point(scene)]);
  },
  command: (scene) => program('privilege', 'remount', point(scene)),
  effect: (scene) => / rw[, ]/.test((mountLine(point(scene)) ?? '').split(' - ')[0]!),
});

defineAttack({
  name: 'kernel: write core_pattern',
  needs: [needsRoot],
  setup: (scene) => {
    const before = content('/proc/sys/kernel/core_pattern');
    scene.onEnd(() => {
      writeFileSync('/proc/sys/kernel/core_pattern', before);
    });
  },
  command: (scene) => shell('echo "core.$1" > /proc/sys/kernel/core_pattern', scene.token),
  effect: (scene) => content('/proc/sys/kernel/core_pattern').includes(scene.token),
});

defineAttack({
  name: 'kernel: set the host name',
  needs: [needsRoot],
  setup: (scene) => {
    const before = content('/proc/sys/kernel/hostname').trim();
    scene.onEnd(() => {
      writeFileSync('/proc/sys/kernel/hostname', before);
    });
  },
  command: (scene) => program('privilege', 'sethostname', scene.token),
  effect: (scene) => content('/proc/sys/kernel/hostname').includes(scene.token),
});

defineAttack({
  name: 'kernel: write to the kernel log',
  needs: [needsRoot, needsFile('/dev/kmsg')],
  command: (scene) => shell('echo "$1" > /dev/kmsg', scene.token),
  effect: (scene) => host(scene, ['dmesg']).includes(scene.token),
});

let helpBefore = 0;
const sysrqHelps = (scene: Scene): number => host(scene, ['dmesg']).split('sysrq: HELP').length;
defineAttack({
  name: 'kernel: trigger a system request',
  needs: [needsRoot, needsFile('/proc/sysrq-trigger')],
  setup: (scene) => {
    helpBefore = sysrqHelps(scene);
  },
  command: () => shell('echo h > /proc/sysrq-trigger'),
  effect: (scene) => sysrqHelps(scene) > helpBefore,
});

const hugepages = '/sys/kernel/mm/transparent_hugepage/enabled';
defineAttack({
  name: 'kernel: write to /sys',
  needs: [needsRoot, needsFile(hugepages)],
  // Writes the value that is there.
  command: () =>
    shell(
      `value=$(sed 's/.*\\[\\(.*\\)\\].*/\\1/' ${hugepages}); echo "$value" > ${hugepages} && echo 'done 0'`,
    ),
  effect: accepted,
});

/** A version 1 hierarchy, whose root has a release agent: a program that the kernel runs outside of everything. */
const hierarchy = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup/freezer', '/sys/fs/cgroup/cpu'].find((path) =>
  existsSync(join(path, 'release_agent')),
);

defineAttack({
  name: 'kernel: set the release agent of a cgroup hierarchy',
  needs: [needsRoot, need('cgroup-v1', hierarchy !== undefined, 'no version 1 hierarchy is mounted')],
  setup: (scene) => {
    const file = join(hierarchy ?? '', 'release_agent');
    const before = content(file);
    scene.onEnd(() => {
      writeFileSync(file, before === '' ? '\n' : before);
    });
  },
  command: (scene) => shell('echo "/$1" > "$2/release_agent"', scene.token, hierarchy ?? ''),
  effect: (scene) => content(join(hierarchy ?? '', 'release_agent')).includes(scene.token),
});

const cgroupRoot = hierarchy ?? '/sys/fs/cgroup';
defineAttack({
  name: 'kernel: make a cgroup',
  needs: [needsRoot, needsFile(cgroupRoot)],
  setup: (scene) => {
    scene.onEnd(() => {
      if (present(join(cgroupRoot, scene.token))) rmdirSync(join(cgroupRoot, scene.token));
    });
  },
  command: (scene) => shell('mkdir "$1/$2"', cgroupRoot, scene.token),
  effect: (scene) => present(join(cgroupRoot, scene.token)),
});

let loop = '';
defineAttack({
  name: 'kernel: read a block device',
  needs: [needsRoot, need('loop-device', hostCan(['losetup', '-f']), 'no loop device')],
  setup: (scene) => {
    const image = join(scene.base, 'disk');
    writeFileSync(image, scene.secret.padEnd(4096, '\n'));
    loop = host(scene, ['losetup', '-f', '--show', image]).trim();
    scene.onEnd(() => {
      host(scene, ['losetup', '-d', loop]);
    });
  },
  command: (scene) => shell('head -c 4096 "$1"', loop, scene.base),
  effect: leaked,
});

defineAttack({
  name: 'kernel: make a node for a block device and read it',
  needs: [needsRoot, need('loop-device', hostCan(['losetup', '-f']), 'no loop device')],
  setup: (scene) => {
    const image = join(scene.base, 'disk');
    writeFileSync(image, scene.secret.padEnd(4096, '\n'));
    loop = host(scene, ['losetup', '-f', '--show', image]).trim();
    scene.onEnd(() => {
      host(scene, ['losetup', '-d', loop]);
    });
  },
  command: () => program('privilege', 'mknod', 'node', '7', loop.replace('/dev/loop', '')),
  effect: accepted,
});

for (const device of [
  '/dev/mem',
  '/dev/port',
  '/dev/vda',
  '/dev/sda',
  '/dev/nvme0n1',
  '/dev/kvm',
  '/dev/fuse',
  '/dev/hwrng',
]) {
  const open = shell(`exec 3< ${device} && echo 'done 0'`);
  defineAttack({
    name: `kernel: open ${device}`,
    needs: [needsFile(device), need(`open:${device}`, hostCan(open), 'this user may not open it')],
    command: () => open,
    effect: accepted,
  });
}
