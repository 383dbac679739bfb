import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Result, type RunOptions, type SandboxOptions } from '../../src/types.js';
import { restricting, tiers, type Restricting, type TierName } from '../helpers/cases.js';
import { killAllWith, runHost, type Outcome } from '../helpers/processes.js';
import { skipUnless } from '../helpers/require.js';
import { runSandboxed } from '../helpers/sandboxed.js';
import { createScene, type Scene } from '../helpers/scene.js';

/** Something that an attack needs from the machine. The test is skipped, loudly, where it is missing. */
export interface Need {
  readonly feature: string;
  readonly available: boolean;
  readonly reason: string;
}

/**
 * One attack. `command` runs twice on equal scenes: without a sandbox, where `effect` must be seen (the control: the attack is
 * real), and in the sandbox, where `effect` must be absent. The effect is looked for from outside, on the host.
 */
export interface Attack {
  readonly name: string;
  /** Profiles that promise to stop it; all restricting ones unless given. */
  readonly profiles?: readonly Restricting[];
  /** Narrows profiles and tiers further, where a promise holds in one tier only. */
  readonly applies?: (profile: Restricting, tier: TierName) => boolean;
  readonly needs?: readonly Need[];
  readonly setup?: (scene: Scene) => void | Promise<void>;
  readonly command: (scene: Scene) => readonly string[];
  /** What the control runs instead, when the command unchanged would harm the machine. */
  readonly control?: (scene: Scene) => readonly string[];
  /** True when the attack had its effect. */
  readonly effect: (scene: Scene, outcome: Outcome) => boolean | Promise<boolean>;
  /** More of the sandbox: hidden paths, limits. */
  readonly options?: (scene: Scene) => SandboxOptions;
  readonly run?: RunOptions;
  /** The product may refuse such a policy in a tier that cannot give it, with a typed error, instead of running. */
  readonly mayRefuse?: boolean;
  /** More to assert about the sandboxed run. */
  readonly after?: (scene: Scene, result: Result, profile: Restricting, tier: TierName) => void;
}

/** Names of all attacks of this file, to find two that are called the same. */
const names = new Set<string>();

/** First line of every attack program: a program that never started has not attacked anything. */
export const startMark = 'started';

async function sandboxed(attack: Attack, scene: Scene, profile: Restricting, tier: TierName): Promise<void> {
  const how = {
    profile,
    tier,
    ...(attack.options && { options: attack.options(scene) }),
    ...(attack.run && { run: attack.run }),
  };
  let result: Result;
  try {
    result = await runSandboxed(scene, attack.command(scene), how);
  } catch (error) {
    if (attack.mayRefuse !== true) throw error;
    expect(error).toMatchObject({ code: 'ERR_UNSUPPORTED_FEATURE' });
    return;
  }
  const shown = `stdout: ${result.stdout.slice(0, 2000)}\nstderr: ${result.stderr.slice(0, 2000)}`;
  expect(result.stdout, shown).toContain(startMark);
  expect(await attack.effect(scene, result), `the attack had its effect\n${shown}`).toBe(false);
  attack.after?.(scene, result, profile, tier);
}

/** Declares the tests of one attack: its control, then every profile and tier. */
export function defineAttack(attack: Attack): void {
  if (names.has(attack.name)) throw new Error(`two attacks are called ${attack.name}`);
  names.add(attack.name);
  const possible = (attack.needs ?? []).every((need) =>
    skipUnless(need.feature, need.available, need.reason),
  );
  describe.skipIf(!possible)(attack.name, () => {
    let scene: Scene;
    beforeEach(async () => {
      scene = createScene();
      await attack.setup?.(scene);
    });
    afterEach(async () => {
      killAllWith(scene.token);
      await scene.end();
    });

    it('control: works without a sandbox', async () => {
      const argv = (attack.control ?? attack.command)(scene);
      const outcome = await runHost(argv, { cwd: scene.workspace, env: scene.env });
      const shown = `stdout: ${outcome.stdout.slice(0, 2000)}\nstderr: ${outcome.stderr.slice(0, 2000)}`;
      expect(await attack.effect(scene, outcome), `the control had no effect\n${shown}`).toBe(true);
    });

    for (const profile of attack.profiles ?? restricting) {
      for (const tier of tiers) {
        if (attack.applies?.(profile, tier) === false) continue;
        it(`${profile}, ${tier}: is stopped`, async () => {
          await sandboxed(attack, scene, profile, tier);
        });
      }
    }
  });
}
