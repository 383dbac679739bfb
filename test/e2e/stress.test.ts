import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../src/sandbox.js';
import { type Result, type RunOptions } from '../../src/types.js';
import { namespacesAvailable } from '../helpers/features.js';
import { eventually, killAllWith } from '../helpers/processes.js';
import { skipUnless } from '../helpers/require.js';
import { createScene, type Scene } from '../helpers/scene.js';

// MOATED_STRESS=10000 is the long one. MOATED_STRESS_SEED repeats one that failed.
const runs = Number(process.env['MOATED_STRESS'] ?? 1000);
const seed = Number(process.env['MOATED_STRESS_SEED'] ?? randomBytes(4).readUInt32LE());
const atATime = 32;

/** A generator with 32 bits of state, the same for the same seed on every machine. */
function generator(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One run with what its result must say. */
interface Task {
  readonly kind: string;
  readonly script: string;
  readonly options?: RunOptions;
  /** Called once the run was asked for. */
  readonly after?: () => void;
  readonly expected: Partial<Result>;
}

type Random = (below: number) => number;

const deadly = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGSEGV'] as const;
const signals = [...deadly, 'SIGUSR1', 'SIGPIPE', 'SIGALRM', 'SIGTERM'] as const;

/** What a shell leaves behind: a child, a child in another session, and one whose parent is gone. */
const background = 'sleep 600 & setsid sleep 600 & (setsid sleep 600 &)';

function ok(random: Random): Task {
  const text = `text ${random(1e9)}`;
  return {
    kind: 'ok',
    script: `echo ${text}`,
    expected: { verdict: 'ok', exitCode: 0, stdout: `${text}\n` },
  };
}

function exits(random: Random): Task {
  const exitCode = 1 + random(255);
  return { kind: 'exit', script: `exit ${exitCode}`, expected: { verdict: 'exit', exitCode } };
}

function timesOut(random: Random): Task {
  const script = random(2) === 0 ? 'sleep 600' : `trap '' TERM INT HUP; ${background}; sleep 600; sleep 600`;
  return {
    kind: 'timeout',
    script,
    options: { timeout: 50 },
    expected: { verdict: 'timeout', timedOut: true, exitCode: undefined, signal: 'SIGKILL' },
  };
}

function cancels(random: Random): Task {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  const delay = random(40) - 5;
  // Some are cancelled before they are asked for, some in the same turn, most while they start or run.
  if (delay < -2) abort();
  return {
    kind: 'cancel',
    script: `${random(2) === 0 ? `${background}; ` : ''}sleep 600`,
    options: { signal: controller.signal },
    after: () => {
      if (delay <= 0) abort();
      else setTimeout(abort, delay);
    },
    expected: { verdict: 'canceled', isCanceled: true, exitCode: undefined },
  };
}

function killsItself(random: Random): Task {
  const signal = signals[random(signals.length)]!;
  const script = `kill -${constants.signals[signal]} $$; sleep 600`;
  return { kind: 'signal', script, expected: { verdict: 'signal', signal, exitCode: undefined } };
}

function leavesProcesses(random: Random): Task {
  const exitCode = random(2);
  return {
    kind: 'background',
    script: `${background}; exit ${exitCode}`,
    expected: { verdict: exitCode === 0 ? 'ok' : 'exit', exitCode },
  };
}

const kinds = [ok, exits, timesOut, cancels, killsItself, leavesProcesses];

function readable(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It is gone, or belongs to somebody else and so is none of ours.
    return '';
  }
}

/** Pids of processes, of any pid namespace, whose environment or command line carries the token. */
function carrying(token: string): readonly string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.filter((pid) =>
    `${readable(`/proc/${pid}/environ`)}${readable(`/proc/${pid}/cmdline`)}`.includes(token),
  );
}

/** Direct children of this process, zombies too. */
function children(): readonly string[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.filter((pid) => {
    const fields = readable(`/proc/${pid}/stat`);
    return fields.slice(fields.lastIndexOf(')') + 2).split(' ')[1] === String(process.pid);
  });
}

function descriptors(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // The descriptor of the listing itself.
      return [];
    }
  });
}

/** What is in each scratch directory below the parent that this process made for its runs; other processes have their own. */
function scratchDirectories(parent: string): readonly (readonly string[])[] {
  // Runs may enter it and not list it; we may say otherwise for a moment, it is ours.
  const { mode } = statSync(parent);
  chmodSync(parent, 0o700);
  const names = readdirSync(parent);
  chmodSync(parent, mode);
  return names.map((name) => readdirSync(`${parent}/${name}`));
}

const namespaceLink = /^(?:mnt|net|user|uts|pid|ipc):\[\d+\]$/;

interface Held {
  /** Descriptors that are not namespaces, by what they lead to. */
  readonly others: readonly string[];
  readonly namespaces: number;
}

function held(): Held {
  const links = descriptors();
  // Pipes and sockets differ in their number only.
  const others = links
    .filter((link) => !namespaceLink.test(link))
    .map((link) => link.replace(/:\[\d+\]$/, ''));
  return { others: others.sort(), namespaces: links.length - others.length };
}

/** Prepared namespaces and empty scratch directories are kept for later runs, this many; a slot of namespaces has four descriptors. */
const mostKept = 16;

describe(`${runs} runs, ${atATime} at a time, seed ${seed}`, () => {
  let scene: Scene;
  let sandboxes: readonly Sandbox[];

  beforeAll(() => {
    process.stderr.write(`stress: MOATED_STRESS=${runs} MOATED_STRESS_SEED=${seed}\n`);
    scene = createScene();
    const isolations = skipUnless(
      'userns',
      namespacesAvailable(),
      'the stress test runs in the light tier only',
    )
      ? (['light', 'auto', 'fresh'] as const)
      : (['light'] as const);
    sandboxes = isolations.map((isolation) =>
      createSandbox({
        workspace: scene.workspace,
        profile: 'workspace-write',
        isolation,
        env: { MOATED_STRESS_TOKEN: scene.token },
      }),
    );
  });

  afterAll(async () => {
    for (const sandbox of sandboxes) await sandbox[Symbol.asyncDispose]();
    killAllWith(scene.token);
    await scene.end();
  });

  /** A shell script with the token as an argument, so that both its environment and its command line carry it. */
  const command = (script: string): readonly string[] => ['/bin/sh', '-c', script, scene.token];

  async function many(count: number, random: Random): Promise<readonly string[]> {
    const wrong: string[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < count) {
        const number = next++;
        const task = kinds[random(kinds.length)]!(random);
        const sandbox = sandboxes[random(sandboxes.length)]!;
        const running = sandbox.run(command(task.script), undefined, { encoding: 'utf8', ...task.options });
        task.after?.();
        const told = `run ${number} (${task.kind}: ${task.script})`;
        try {
          expect(await running, told).toMatchObject(task.expected);
        } catch (error) {
          wrong.push(error instanceof Error ? `${told}: ${error.message}` : String(error));
        }
      }
    };
    await Promise.all(Array.from({ length: atATime }, lane));
    return wrong;
  }

  it('finds a process of a run by its token while the run lives', async () => {
    for (const sandbox of sandboxes) {
      const controller = new AbortController();
      const running = sandbox.run(command(`${background}; sleep 600`), undefined, {
        signal: controller.signal,
      });
      // The shell and its four sleepers: three of them carry the token in their environment alone.
      expect(await eventually(() => carrying(scene.token).length >= 5)).toBe(true);
      controller.abort();
      expect((await running).verdict).toBe('canceled');
      expect(carrying(scene.token)).toEqual([]);
    }
  });

  it('end in the right verdict each, and leave nothing', { timeout: 60_000 + runs * 200 }, async () => {
    const next = generator(seed);
    const random: Random = (below) => Math.floor(next() * below);
    // Threads, caches and whatever else is made once are made by these.
    expect(await many(2 * atATime, random)).toEqual([]);
    const before = held();
    // The light tier, which comes first, tells its runs where their scratch directory is.
    const scratchParent = dirname((await sandboxes[0]!.run('echo "$TMPDIR"')).stdout.trim());
    expect(scratchParent).toMatch(/^\/tmp\/moated-/);

    expect(await many(runs, random)).toEqual([]);
    expect(carrying(scene.token)).toEqual([]);
    // A child that makes the next run's namespaces is no run's.
    expect(await eventually(() => children().length === 0)).toBe(true);
    const after = held();
    expect(after.others).toEqual(before.others);
    expect(after.namespaces).toBeLessThanOrEqual(mostKept * 6 * sandboxes.length);
    const scratch = scratchDirectories(scratchParent);
    expect(scratch.flat()).toEqual([]);
    expect(scratch.length).toBeLessThanOrEqual(mostKept);
  });
});
