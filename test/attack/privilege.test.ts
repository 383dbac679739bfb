import { chmodSync, chownSync, copyFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { namespacesAvailable } from '../helpers/features.js';
import { type Outcome } from '../helpers/processes.js';
import { type Scene } from '../helpers/scene.js';
import { defineAttack, type Need } from './harness.js';
import {
  accepted,
  hostCan,
  isRoot,
  need,
  needsFile,
  needsRoot,
  needsX64,
  program,
  shell,
} from './support.js';

/** Calls whose only trace is that the kernel accepts them. Each must be possible for this user without a sandbox. */
const calls: readonly (readonly [name: string, args: readonly string[], needs?: Need])[] = [
  ['unshare-user', []],
  ['clone-user', []],
  ['clone3-user', []],
  ['add-key', []],
  ['keyctl', []],
  ['perf', []],
  ['userfaultfd', []],
  ['io-uring', []],
  ['ptrace-child', []],
  ['quotactl', []],
  ['unshare-mount', [], needsRoot],
  ['unshare-net', [], needsRoot],
  ['setns', [String(process.pid), 'uts'], needsRoot],
  ['fsopen', [], needsRoot],
  ['open-tree', ['/'], needsRoot],
  ['chroot', ['/'], needsRoot],
  ['bpf', [], needsRoot],
  ['fanotify', [], needsRoot],
  ['syslog', [], needsRoot],
  ['init-module', [], needsRoot],
  ['delete-module', [], needsRoot],
  ['kexec', [], needsRoot],
  ['reboot', [], needsRoot],
  ['swapon', ['/etc/passwd'], needsRoot],
  ['acct', ['/'], needsRoot],
  ['settimeofday', [], needsRoot],
  ['ioperm', [], needsX64],
  ['int80', [], needsX64],
  ['x32', [], needsX64],
];

for (const [name, args, machine] of calls) {
  const possible = (): Need =>
    need(`call:${name}`, hostCan(program('privilege', name, ...args)), 'this kernel or user lacks it');
  defineAttack({
    name: `privilege: ${name}`,
    needs: machine?.available === false ? [machine] : [possible()],
    command: () => program('privilege', name, ...args),
    effect: accepted,
  });
}

defineAttack({
  name: 'privilege: capabilities that can be used or passed on',
  needs: [needsRoot],
  command: () => shell('grep -E "^Cap(Inh|Prm|Eff|Amb)" /proc/self/status'),
  effect: (_scene, { stdout }) => /^Cap\w+:\s*0*[1-9a-f]/m.test(stdout),
});

defineAttack({
  name: 'privilege: a bounding set of capabilities',
  command: () => shell('grep ^CapBnd /proc/self/status'),
  // Emptying it takes a capability itself: the superuser has it, and everybody in a user namespace. For others no_new_privs must do.
  applies: (_profile, tier) => isRoot || (tier === 'auto' && namespacesAvailable()),
  effect: (_scene, { stdout }) => /^CapBnd:\s*0*[1-9a-f]/m.test(stdout),
});

defineAttack({
  name: 'privilege: no_new_privs is off',
  command: () => shell('grep NoNewPrivs /proc/self/status'),
  effect: (_scene, { stdout }) => /NoNewPrivs:\s*0/.test(stdout),
});

/** The effective user id differs from the real one in a process that the attack started. */
function changedUser(_scene: Scene, { stdout }: Outcome): boolean {
  const found = /^euid (\d+) uid (\d+)$/m.exec(stdout);
  return found !== null && found[1] !== found[2];
}

const setuidProgram = ['/usr/bin/su', '/bin/su', '/usr/bin/passwd', '/usr/bin/newgrp'].find((path) => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && (found.mode & 0o4000) !== 0;
});

defineAttack({
  name: 'privilege: a setuid program of the system',
  needs: [
    need('not-root', !isRoot, 'the superuser gains nothing by it'),
    need('setuid-program', setuidProgram !== undefined, 'no setuid program is installed'),
  ],
  command: () => program('privilege', 'setuid-program', setuidProgram ?? ''),
  effect: changedUser,
});

defineAttack({
  name: 'privilege: a setuid program of another user',
  needs: [needsRoot],
  setup: (scene) => {
    const file = join(scene.outside, 'suid');
    copyFileSync('/bin/sleep', file);
    chownSync(file, 65534, 65534);
    chmodSync(file, 0o4755);
  },
  command: (scene) => program('privilege', 'setuid-program', join(scene.outside, 'suid'), '5'),
  effect: changedUser,
});

defineAttack({
  name: 'privilege: become another user',
  needs: [needsRoot, needsFile('/usr/bin/setpriv')],
  command: () => shell('setpriv --reuid 65534 id -u'),
  effect: (_scene, { stdout }) => /^65534$/m.test(stdout),
});

defineAttack({
  name: 'privilege: make a setuid program in the workspace for the host',
  needs: [needsRoot],
  setup: (scene) => {
    copyFileSync('/bin/sleep', join(scene.workspace, 'tool'));
    chownSync(join(scene.workspace, 'tool'), 65534, 65534);
  },
  // Uid 0 without capabilities owns nothing of another user.
  command: (scene) => shell('chmod 4755 "$1/tool"', scene.workspace),
  effect: (scene) => (statSync(join(scene.workspace, 'tool')).mode & 0o4000) !== 0,
});

defineAttack({
  name: 'privilege: give a file of the workspace to another user',
  needs: [needsRoot],
  setup: (scene) => {
    writeFileSync(join(scene.workspace, 'file'), '');
  },
  command: () => shell('chown 65534 file'),
  effect: (scene) => statSync(join(scene.workspace, 'file')).uid === 65534,
});
