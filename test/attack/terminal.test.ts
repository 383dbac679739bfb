import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fixturePath } from '../helpers/compile.js';
import { python } from '../helpers/listener.js';
import { startHost } from '../helpers/processes.js';
import { type Scene } from '../helpers/scene.js';
import { defineAttack } from './harness.js';
import { defineHostedAttack, terminalFolder } from './hosted.js';
import { accepted, content, hostCan, need, program, shell } from './support.js';

const inTerminal = (scene: Scene, argv: readonly string[]): readonly string[] => [
  python,
  fixturePath('terminal.py'),
  terminalFolder(scene),
  '--',
  ...argv,
];

// Newer kernels refuse to push input for everybody but the superuser, who has other means.
const legacy = content('/proc/sys/dev/tty/legacy_tiocsti').trim();
const pushes = need(
  'tiocsti',
  legacy !== '0',
  'the kernel refuses TIOCSTI by itself (dev.tty.legacy_tiocsti is 0)',
);

for (const name of ['tiocsti', 'tiocsti-high-bits', 'tiocsti-dev-tty']) {
  defineHostedAttack({
    name: `terminal: type for the user: ${name}`,
    needs: [pushes],
    command: (scene) => program('tty', name, scene.token),
    around: inTerminal,
    run: { stdio: ['inherit', 'pipe', 'pipe'] },
    effect: (scene) => content(join(terminalFolder(scene), 'typed')).includes(scene.token),
  });
}

defineHostedAttack({
  name: 'terminal: write to /dev/tty',
  command: (scene) => program('tty', 'dev-tty', scene.token),
  around: inTerminal,
  effect: (scene) => content(join(terminalFolder(scene), 'shown')).includes(scene.token),
});

defineHostedAttack({
  name: 'terminal: a signal to the foreground group of the terminal',
  command: () => shell('trap "" INT; echo "pgrp $(ps -o tpgid= -p $$)"; stty -a < /dev/tty && echo "done 0"'),
  around: inTerminal,
  run: { stdio: ['inherit', 'pipe', 'pipe'] },
  // In the control the output goes to the file that the terminal's folder holds.
  effect: (scene, outcome) =>
    accepted(scene, {
      ...outcome,
      stdout: `${outcome.stdout}\n${content(join(terminalFolder(scene), 'output'))}`,
    }),
});

let screen = '';
const shown = (scene: Scene): string => join(scene.outside, 'shown');

defineAttack({
  name: 'terminal: write to the terminal of another session',
  setup: async (scene) => {
    const { child, line } = await startHost([python, fixturePath('screen.py'), shown(scene)], {
      cwd: scene.base,
      env: scene.env,
    });
    screen = line;
    scene.onEnd(() => {
      child.kill('SIGKILL');
    });
  },
  command: (scene) => program('tty', 'path', screen, scene.token),
  effect: async (scene) => {
    await sleep(50);
    return content(shown(scene)).includes(scene.token);
  },
});

defineAttack({
  name: 'terminal: TIOCLINUX on a virtual console',
  needs: [
    need(
      'console',
      hostCan(program('tty', 'tioclinux', '/dev/tty1')),
      'no virtual console that this user may open',
    ),
  ],
  command: () => program('tty', 'tioclinux', '/dev/tty1'),
  effect: accepted,
});
