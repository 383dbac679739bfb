import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { compileFixture } from '../helpers/compile.js';
import { eventually, startHost, type Outcome } from '../helpers/processes.js';
import { type Scene } from '../helpers/scene.js';
import { defineAttack, type Need } from './harness.js';
import { accepted, content, leaked, need, program } from './support.js';

interface Victim {
  readonly pid: number;
  readonly address: string;
  readonly descriptor: string;
}

let victim: Victim;

const noteFile = (scene: Scene): string => join(scene.outside, 'signals');

/** Starts the process of the host that every attack of this file is about. */
async function startVictim(scene: Scene): Promise<void> {
  const argv = [compileFixture('victim.c'), noteFile(scene), scene.secret];
  // `setsid` without a fork keeps the pid: the process group of the victim is its own.
  const { child, line } = await startHost(['setsid', ...argv], {
    cwd: scene.base,
    env: { ...scene.env, PRIZE: scene.secret },
  });
  const [address, descriptor] = line.split(' ');
  victim = { pid: child.pid!, address: address!, descriptor: descriptor! };
  scene.onEnd(() => {
    child.kill('SIGKILL');
  });
}

/** Effect: the victim has caught a signal. */
function signalled(scene: Scene, outcome: Outcome): Promise<boolean> {
  return eventually(() => content(noteFile(scene)) !== '', accepted(scene, outcome) ? 500 : 50);
}

/** Effect: the victim's memory carries the token. */
function memoryChanged(scene: Scene): boolean {
  const file = openSync(`/proc/${victim.pid}/mem`, 'r');
  try {
    const data = Buffer.alloc(scene.token.length);
    readSync(file, data, 0, data.length, Number.parseInt(victim.address, 16));
    return data.toString() === scene.token;
  } finally {
    closeSync(file);
  }
}

const proc = (name: string): string => readFileSync(`/proc/${victim.pid}/${name}`, 'utf8');

/** A field of /proc/PID/stat, counted as in its manual page. */
const stat = (field: number): string =>
  proc('stat').slice(proc('stat').lastIndexOf(')')).split(' ')[field - 2]!;

type Effect = (scene: Scene, outcome: Outcome) => boolean | Promise<boolean>;

const twoProcessors = need('two-processors', availableParallelism() > 1, 'there is one processor only');

const attacks: readonly (readonly [name: string, effect: Effect, needs?: readonly Need[]])[] = [
  ['kill', signalled],
  ['kill-group', signalled],
  ['kill-all', signalled],
  ['tgkill', signalled],
  ['tkill', signalled],
  ['sigqueue', signalled],
  ['pidfd', signalled],
  ['proc-directory', signalled],
  ['owner', signalled],
  ['owner-group', signalled],
  ['process-vm-writev', memoryChanged],
  ['process-vm-readv', leaked],
  ['proc-mem-write', memoryChanged],
  ['proc-mem-read', leaked],
  ['ptrace-attach', memoryChanged],
  ['ptrace-seize', memoryChanged],
  ['proc-fd', leaked],
  ['pidfd-getfd', leaked],
  ['proc-environ', leaked],
  ['prlimit', () => /^Max open files +77 /m.test(proc('limits'))],
  ['setpriority', () => stat(19) === '7'],
  ['sched-setaffinity', () => /^Cpus_allowed_list:\s*0$/m.test(proc('status')), [twoProcessors]],
  ['sched-setscheduler', () => stat(41) === '3'],
  ['sched-setattr', () => stat(41) === '3'],
  ['oom-score', () => proc('oom_score_adj').trim() === '777'],
  ['coredump-filter', () => proc('coredump_filter').trim() === '0000007f'],
];

for (const [name, effect, needs] of attacks) {
  defineAttack({
    name: `process of the host: ${name}`,
    ...(needs && { needs }),
    setup: startVictim,
    command: (scene) => program('process', name, victim.pid, victim.address, victim.descriptor, scene.token),
    effect,
  });
}
