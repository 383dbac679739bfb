import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/index.js';
import { type RunOptions, type SandboxOptions, type Verdict } from '../../src/types.js';
import { restricting, tiers } from '../helpers/cases.js';
import { hostedCommand } from '../helpers/hosted.js';
import { eventually, killAllWith, processesWith, runHost } from '../helpers/processes.js';
import { runSandboxed, withHome } from '../helpers/sandboxed.js';
import { createScene, type Scene } from '../helpers/scene.js';
import { program, shell, startedCount } from './support.js';

/** Leaves one daemon of each kind, and then never ends by itself. */
const kinds = ['double-fork', 'ignoring', 'holding-output', 'reforking', 'stopped', 'subreaper'];
const wantedProcesses = kinds.length;

function endless(scene: Scene): readonly string[] {
  const [binary] = program('survive', 'sleeper');
  const starts = kinds.map((kind) => `"$1" ${kind} "$2" &`).join('\n');
  return shell(`${starts}\nwait\necho ready\nexec "$1" sleeper "$2"`, binary!, scene.token);
}

let scene: Scene;
beforeEach(() => {
  scene = createScene();
});
afterEach(async () => {
  killAllWith(scene.token);
  await scene.end();
});

const nobody = (): boolean => processesWith(scene.token).length === 0;
const everybody = (): boolean => startedCount('survive', scene.token) >= wantedProcesses;

/** Ways in which a run ends that is not over yet. */
interface Ending {
  readonly name: string;
  readonly verdict: Verdict;
  readonly run: () => RunOptions;
  readonly options?: SandboxOptions;
}

const endings: readonly Ending[] = [
  { name: 'timeout', verdict: 'timeout', run: () => ({ timeout: 700 }) },
  { name: 'abort', verdict: 'canceled', run: () => ({ signal: abortWhenRunning() }) },
];

function abortWhenRunning(): AbortSignal {
  const controller = new AbortController();
  void eventually(everybody).then(() => {
    controller.abort();
  });
  return controller.signal;
}

describe('control: without a sandbox they survive', () => {
  it('the end of the main process', async () => {
    await runHost(endless(scene), { cwd: scene.workspace, env: scene.env, timeoutMs: 700 });
    expect(processesWith(scene.token).length).toBeGreaterThanOrEqual(wantedProcesses);
  });
});

describe.each(restricting)('%s', (profile) => {
  describe.each(tiers)('%s', (tier) => {
    it.each(endings)('$name leaves nobody', async ({ verdict, run, options }) => {
      const result = await runSandboxed(scene, endless(scene), {
        profile,
        tier,
        run: run(),
        ...(options && { options }),
      });
      expect(processesWith(scene.token)).toEqual([]);
      expect(result.verdict).toBe(verdict);
      expect(result.timedOut).toBe(verdict === 'timeout');
      expect(result.isCanceled).toBe(verdict === 'canceled');
    });

    it('too much output leaves nobody', async () => {
      const command = shell('"$1" ignoring "$2"; yes "$2"', program('survive', 'x')[0]!, scene.token);
      const result = await runSandboxed(scene, command, {
        profile,
        tier,
        options: { limits: { outputBytes: 65536 } },
      });
      expect(processesWith(scene.token)).toEqual([]);
      expect(result.verdict).toBe('output');
    });

    it('disposing of the sandbox leaves nobody', async () => {
      await withHome(scene.home, async () => {
        const sandbox = createSandbox({ workspace: scene.workspace, profile, isolation: tier });
        const run = sandbox.run(endless(scene)).catch((error: unknown) => error);
        expect(await eventually(everybody)).toBe(true);
        await sandbox[Symbol.asyncDispose]();
        expect(processesWith(scene.token)).toEqual([]);
        await run;
      });
    });

    it.each(['SIGKILL', 'SIGTERM'] as const)('%s to the host process leaves nobody', async (signal) => {
      const argv = hostedCommand(scene, endless(scene), { profile, tier });
      const child = spawn(argv[0]!, argv.slice(1), { cwd: scene.workspace, env: scene.env, stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      expect(await eventually(everybody)).toBe(true);
      child.kill(signal);
      await ended;
      // Nobody is left to wait for the end: the kernel or the watcher of the run brings it about by itself.
      expect(await eventually(nobody)).toBe(true);
    });
  });
});
