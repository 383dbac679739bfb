import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mkdirSync } from 'node:fs';
import { type StdioOptions } from 'node:child_process';
import { type RunOptions } from '../../src/types.js';
import { restricting, tiers, type Restricting } from '../helpers/cases.js';
import { hostedCommand, hostedRefusal, hostedResult } from '../helpers/hosted.js';
import { killAllWith, runHost, type Outcome } from '../helpers/processes.js';
import { skipUnless } from '../helpers/require.js';
import { createScene, type Scene } from '../helpers/scene.js';
import { startMark, type Need } from './harness.js';

/**
 * An attack on the host process itself: on its terminal, or on what it has inherited. The program, or a Node process that runs it in a
 * sandbox, is started in the same surroundings.
 */
export interface HostedAttack {
  readonly name: string;
  readonly profiles?: readonly Restricting[];
  readonly needs?: readonly Need[];
  readonly setup?: (scene: Scene) => void | Promise<void>;
  readonly command: (scene: Scene) => readonly string[];
  /** Puts a program into its surroundings, such as a terminal. */
  readonly around?: (scene: Scene, argv: readonly string[]) => readonly string[];
  /** Descriptors of the program that is started, from 0 on. */
  readonly stdio?: (scene: Scene) => StdioOptions;
  readonly run?: Omit<RunOptions, 'signal' | 'input'>;
  readonly effect: (scene: Scene, outcome: Outcome) => boolean | Promise<boolean>;
  /** The product may refuse such surroundings with a typed error instead of running. */
  readonly mayRefuse?: boolean;
}

function launch(attack: HostedAttack, scene: Scene, argv: readonly string[]): Promise<Outcome> {
  return runHost(attack.around?.(scene, argv) ?? argv, {
    cwd: scene.workspace,
    env: scene.env,
    ...(attack.stdio && { stdio: attack.stdio(scene) }),
  });
}

export function defineHostedAttack(attack: HostedAttack): void {
  const possible = (attack.needs ?? []).every((need) =>
    skipUnless(need.feature, need.available, need.reason),
  );
  describe.skipIf(!possible)(attack.name, () => {
    let scene: Scene;
    beforeEach(async () => {
      scene = createScene();
      mkdirSync(terminalFolder(scene));
      await attack.setup?.(scene);
    });
    afterEach(async () => {
      killAllWith(scene.token);
      await scene.end();
    });

    it('control: works without a sandbox', async () => {
      const outcome = await launch(attack, scene, attack.command(scene));
      expect(await attack.effect(scene, outcome), `${outcome.stdout}${outcome.stderr}`).toBe(true);
    });

    for (const profile of attack.profiles ?? restricting) {
      for (const tier of tiers) {
        it(`${profile}, ${tier}: is stopped`, async () => {
          const how = { profile, tier, ...(attack.run && { run: attack.run }) };
          const outer = await launch(attack, scene, hostedCommand(scene, attack.command(scene), how));
          if (attack.mayRefuse === true && hostedRefusal(scene) !== undefined) {
            expect(hostedRefusal(scene)).toMatch(/^ERR_/);
            return;
          }
          const result = hostedResult(scene);
          const shown = `${outer.stdout}${outer.stderr}${result.stdout}${result.stderr}`;
          expect(result.stdout, shown).toContain(startMark);
          expect(await attack.effect(scene, result), `the attack had its effect\n${shown}`).toBe(false);
        });
      }
    }
  });
}

/** Where `terminal.py` leaves what happened to the terminal. */
export function terminalFolder(scene: Scene): string {
  return `${scene.base}/terminal`;
}
