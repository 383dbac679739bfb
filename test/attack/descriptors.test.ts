import { closeSync, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { receivedFile, startListener } from '../helpers/listener.js';
import { eventually } from '../helpers/processes.js';
import { original, type Scene } from '../helpers/scene.js';
import { defineHostedAttack } from './hosted.js';
import { content, leaked, program, shell, wrote } from './support.js';

/** Opens a file for the program that is started, and closes this process's copy when the scene ends. */
function held(scene: Scene, path: string, flags: string): number {
  const fd = openSync(path, flags);
  scene.onEnd(() => {
    closeSync(fd);
  });
  return fd;
}

// Node opens everything with the close-on-exec flag, but what it inherits itself has none: the classical leak.
defineHostedAttack({
  name: 'descriptor: read a credential file that the host has open',
  stdio: (scene) => ['ignore', 'pipe', 'pipe', held(scene, scene.credential, 'r')],
  command: () =>
    shell('cat <&3; for fd in /proc/self/fd/*; do case $fd in */0|*/1|*/2) ;; *) cat "$fd" ;; esac; done'),
  effect: leaked,
});

defineHostedAttack({
  name: 'descriptor: write to a file that the host has open',
  stdio: (scene) => ['ignore', 'pipe', 'pipe', held(scene, scene.target, 'r+')],
  command: (scene) => program('net', 'inherited', scene.token),
  effect: wrote((scene) => scene.target),
});

defineHostedAttack({
  name: 'descriptor: one of many, far up',
  stdio: (scene) => [
    'ignore',
    'pipe',
    'pipe',
    ...Array.from({ length: 200 }, () => held(scene, scene.target, 'r+')),
  ],
  command: (scene) => shell('echo "$1" >&150', scene.token).with(0, '/bin/bash'),
  effect: wrote((scene) => scene.target),
});

defineHostedAttack({
  name: 'descriptor: a directory of the host as a way out',
  stdio: (scene) => ['ignore', 'pipe', 'pipe', held(scene, scene.outside, 'r')],
  command: (scene) =>
    shell('echo "$1" > /proc/self/fd/3/target; cd /proc/self/fd/3 && echo "$1" > target', scene.token),
  effect: wrote((scene) => scene.target),
});

let socket: Socket;
defineHostedAttack({
  name: 'descriptor: a connection of the host',
  setup: async (scene) => {
    const port = await startListener(scene, 'tcp', '127.0.0.1');
    socket = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    scene.onEnd(() => {
      socket.destroy();
    });
  },
  stdio: () => ['ignore', 'pipe', 'pipe', socket],
  command: (scene) => program('net', 'inherited', scene.token),
  effect: (scene) => eventually(() => content(receivedFile(scene)).includes(scene.token), 300),
});

defineHostedAttack({
  name: 'descriptor: reopen a read-only stdin for writing',
  stdio: (scene) => [held(scene, scene.target, 'r'), 'pipe', 'pipe'],
  command: (scene) => shell('echo "$1" > /proc/self/fd/0; echo "$1" > /dev/stdin', scene.token),
  run: { stdio: ['inherit', 'pipe', 'pipe'] },
  effect: wrote((scene) => scene.target),
});

defineHostedAttack({
  name: 'descriptor: truncate a read-only stdin',
  stdio: (scene) => [held(scene, scene.target, 'r'), 'pipe', 'pipe'],
  command: () => program('files', 'truncate', '/proc/self/fd/0'),
  run: { stdio: ['inherit', 'pipe', 'pipe'] },
  effect: (scene) => content(scene.target) !== original,
});

defineHostedAttack({
  // A descriptor from before the mounts were changed leads to the trees as the host sees them.
  name: 'descriptor: a directory as stdin, with the credential files below',
  mayRefuse: true,
  stdio: (scene) => [held(scene, scene.home, 'r'), 'pipe', 'pipe'],
  command: () => shell('cat /proc/self/fd/0/.ssh/id_rsa; cd /proc/self/fd/0 && cat .ssh/id_rsa'),
  run: { stdio: ['inherit', 'pipe', 'pipe'] },
  effect: leaked,
});
