import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import { host, type Scene } from '../helpers/scene.js';
import { defineAttack } from './harness.js';
import { content, hostCan, program, shell } from './support.js';

let key = 0;

/** Makes a shared memory segment, a semaphore and a message queue of the host. */
function createObjects(scene: Scene): void {
  key = randomInt(1_000_000, 999_999_999);
  host(scene, program('ipc', 'create', key));
  scene.onEnd(() => {
    host(scene, program('ipc', 'remove', key));
  });
}

const dump = (scene: Scene): string => host(scene, program('ipc', 'dump', key));

defineAttack({
  name: 'ipc: write to a shared memory segment of the host',
  setup: createObjects,
  command: (scene) => program('ipc', 'shm', key, scene.token),
  effect: (scene) => dump(scene).includes(scene.token),
});

defineAttack({
  name: 'ipc: raise a semaphore of the host',
  setup: createObjects,
  command: () => program('ipc', 'sem', key),
  effect: (scene) => dump(scene).includes('sem 1'),
});

defineAttack({
  name: 'ipc: send to a message queue of the host',
  setup: createObjects,
  command: (scene) => program('ipc', 'msg', key, scene.token),
  effect: (scene) => dump(scene).includes('msg 1'),
});

defineAttack({
  name: 'ipc: leave a shared memory segment behind',
  setup: (scene) => {
    key = randomInt(1_000_000, 999_999_999);
    scene.onEnd(() => {
      // It is there after the control only.
      hostCan(['ipcrm', '-M', String(key)]);
    });
  },
  command: () => program('ipc', 'shm-leave', key),
  effect: () => content('/proc/sysvipc/shm').includes(` ${key} `),
});

defineAttack({
  name: 'ipc: send to a POSIX message queue of the host',
  setup: (scene) => {
    host(scene, program('ipc', 'mq-create', `/${scene.token}`));
    scene.onEnd(() => {
      host(scene, program('ipc', 'mq-remove', `/${scene.token}`));
    });
  },
  command: (scene) => program('ipc', 'mq', `/${scene.token}`, scene.token),
  effect: (scene) => hostCan(program('ipc', 'mq-dump', `/${scene.token}`)),
});

const shared = (scene: Scene): string => `/dev/shm/moated-${scene.token}`;

defineAttack({
  name: 'ipc: write to a segment in /dev/shm of the host',
  setup: (scene) => {
    writeFileSync(shared(scene), 'host');
    scene.onEnd(() => {
      rmSync(shared(scene));
    });
  },
  command: (scene) => program('ipc', 'shm-open', `/moated-${scene.token}`, scene.token),
  effect: (scene) => content(shared(scene)).includes(scene.token),
});

defineAttack({
  name: 'ipc: leave a file in /dev/shm',
  setup: (scene) => {
    scene.onEnd(() => {
      rmSync(shared(scene), { force: true });
    });
  },
  command: (scene) => shell('echo "$1" > "/dev/shm/moated-$1"', scene.token),
  effect: (scene) => existsSync(shared(scene)),
});
