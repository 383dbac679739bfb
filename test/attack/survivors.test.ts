import { expect } from 'vitest';
import { processesWith } from '../helpers/processes.js';
import { type Scene } from '../helpers/scene.js';
import { defineAttack } from './harness.js';
import { accepted, program, shell } from './support.js';

const daemons = [
  'background',
  'new-session',
  'double-fork',
  'ignoring',
  'holding-output',
  'reforking',
  'many',
  'stopped',
  'traced',
  'vfork',
  'subreaper',
  'kills-watcher',
  'kills-parent',
  'suicide',
];

/** Effect: something of the run is alive. One look at /proc can miss what is replaced all the time, so that gets many. */
function alive(name: string): (scene: Scene) => boolean {
  return (scene) => {
    for (let look = 0; look < (name === 'reforking' ? 100 : 1); look += 1) {
      if (processesWith(scene.token).length > 0) return true;
    }
    return false;
  };
}

for (const name of daemons) {
  defineAttack({
    name: `survivor: ${name}`,
    control: (scene) => program('survive', name, scene.token),
    // The last argument lets the program kill what is around it, which must not happen on the host.
    command: (scene) => program('survive', name, scene.token, 'sandboxed'),
    effect: alive(name),
    after: (_scene, result) => {
      // The watcher reports the end of the main process, whatever was left behind.
      expect(result.timedOut).toBe(false);
      if (name === 'suicide') expect(result.signal).toBe('SIGKILL');
      // A signal for the watcher is meant for the main process, and in a pid namespace the first pids are the run's own.
      else if (!name.startsWith('kills-')) expect(result.exitCode).toBe(0);
    },
  });
}

for (const [name, script] of [
  ['nohup and setsid', 'nohup setsid sh -c "sleep 1000; : $1" sh "$1" >/dev/null 2>&1 & sleep 0.1'],
  ['a disowned pipeline', '(sh -c "sleep 1000 | cat; : $1" &) ; sleep 0.1'],
  [
    'a co-process of node',
    `node -e 'require("child_process").spawn("sh", ["-c", "sleep 1000; : " + process.argv[1]], { detached: true, stdio: "ignore" }).unref()' "$1"`,
  ],
] as const) {
  defineAttack({
    name: `survivor: ${name}`,
    command: (scene) => shell(script, scene.token),
    effect: (scene) => processesWith(scene.token).length > 0,
  });
}

defineAttack({
  name: 'survivor: a descriptor of the watcher',
  // What the watcher reports to the host goes through a pipe: whoever can open it can forge the end of the run.
  command: () =>
    shell(
      'for fd in 0 1 2 3 4 5 6 7 8 9; do (: < "/proc/$PPID/fd/$fd") 2>/dev/null && echo "done 0"; done; true',
    ),
  effect: accepted,
});

defineAttack({
  name: 'survivor: memory of the watcher',
  command: () => shell('(: < "/proc/$PPID/mem") && echo "done 0"'),
  effect: accepted,
});
