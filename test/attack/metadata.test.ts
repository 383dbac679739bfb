import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { namespacesAvailable } from '../helpers/features.js';
import { type Scene } from '../helpers/scene.js';
import { defineAttack } from './harness.js';
import { needsRoot, program } from './support.js';

/** Any change of an inode, also of flags that `stat` does not show, moves its change time. */
function changeTime(scene: Scene): bigint {
  return statSync(scene.target, { bigint: true }).ctimeNs;
}

const calls = [
  'chmod',
  'fchmod',
  'fchmodat2',
  'proc-fd-chmod',
  'utimensat',
  'futimens',
  'setxattr',
  'fsetxattr',
  'setxattrat',
  'inode-flags',
  'extended-flags',
  'file-setattr',
  'chown',
];

for (const name of calls) {
  let before: bigint;
  defineAttack({
    name: `metadata outside: ${name}`,
    // A profile that writes nothing promises metadata in every tier; the others where a read-only mount carries it.
    applies: (profile, tier) => profile === 'offline' || (tier === 'auto' && namespacesAvailable()),
    ...(name === 'chown' && { needs: [needsRoot] }),
    setup: async (scene) => {
      before = changeTime(scene);
      // File systems of older kernels keep times in steps of up to ten milliseconds.
      await sleep(20);
    },
    command: (scene) => program('metadata', name, scene.target),
    effect: (scene) => changeTime(scene) !== before,
  });
}
