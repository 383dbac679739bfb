import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProfileName, type Result } from '../../src/types.js';
import { tiers, writing } from '../helpers/cases.js';
import { compileFixture } from '../helpers/compile.js';
import { namespacesAvailable } from '../helpers/features.js';
import {
  changeTime,
  effects,
  operations,
  parseAttempts,
  preparePlace,
  type Attempt,
  type Operation,
} from '../helpers/operations.js';
import { runHost } from '../helpers/processes.js';
import { skipUnless } from '../helpers/require.js';
import { runSandboxed } from '../helpers/sandboxed.js';
import { createScene, type Scene } from '../helpers/scene.js';
import { expected, type Place } from './matrix.expected.js';

const places: readonly Place[] = ['inside', 'outside', 'protected', 'secret'];
const profiles: readonly ProfileName[] = ['offline', 'workspace-write', 'workspace-net', 'trusted'];

const { EACCES, EPERM, EROFS, ENOENT, EXDEV, EBUSY, ENOTEMPTY } = constants.errno;
/** Errors that programs know how to take. */
const refusals: readonly number[] = [EACCES, EPERM, EROFS, ENOENT, EXDEV, EBUSY, ENOTEMPTY];

/** The directory of a place, with the files that `fsop` works on. */
function folderOf(scene: Scene, place: Place): string {
  switch (place) {
    case 'inside':
      return join(scene.workspace, 'files');
    case 'outside':
      return scene.outside;
    case 'protected':
      return join(scene.workspace, '.vscode');
    case 'secret':
      return join(scene.home, '.aws');
  }
}

/** A scene on which every operation can be tried everywhere, the command that does so, and how to look at what it did. */
class Trial {
  readonly scene = createScene();
  readonly #before = new Map<Place, bigint>();

  async prepare(): Promise<readonly string[]> {
    for (const place of places) {
      mkdirSync(folderOf(this.scene, place), { recursive: true });
      preparePlace(folderOf(this.scene, place));
      this.#before.set(place, changeTime(folderOf(this.scene, place)));
    }
    // File systems of older kernels keep change times in steps of up to ten milliseconds.
    await sleep(20);
    const ids = [process.getuid?.() ?? 0, process.getgid?.() ?? 0].map(String);
    return [compileFixture('fsop.c'), ...ids, ...places.map((place) => folderOf(this.scene, place))];
  }

  attempt(output: string, place: Place, operation: Operation): Attempt {
    const found = parseAttempts(output).get(`${places.indexOf(place)} ${operation}`);
    if (found === undefined) throw new Error(`${operation} was not tried: ${output}`);
    return found;
  }

  happened(output: string, place: Place, operation: Operation): boolean {
    const attempt = this.attempt(output, place, operation);
    return effects[operation](folderOf(this.scene, place), attempt, this.#before.get(place)!);
  }
}

describe('control: without a sandbox', () => {
  const trial = new Trial();
  let output = '';
  beforeAll(async () => {
    const { scene } = trial;
    ({ stdout: output } = await runHost(await trial.prepare(), { cwd: scene.workspace, env: scene.env }));
  });
  afterAll(() => trial.scene.end());

  describe.each(places)('%s', (place) => {
    it.each(operations)('%s happens', (operation) => {
      expect(trial.attempt(output, place, operation).errno).toBe(0);
      expect(trial.happened(output, place, operation)).toBe(true);
    });
  });
});

describe.each(profiles)('%s', (profile) => {
  describe.each(tiers)('%s', (tier) => {
    const trial = new Trial();
    let result: Result;
    beforeAll(async () => {
      const command = await trial.prepare();
      result = await runSandboxed(trial.scene, command, { profile, tier });
    });
    afterAll(() => trial.scene.end());

    it('uses the tier that was asked for', () => {
      const standard = skipUnless(
        'userns',
        namespacesAvailable(),
        'unshare fails: `auto` is the light tier here',
      );
      const confined = tier === 'auto' && standard ? 'standard' : 'light';
      expect(result.enforcement.tier).toBe(profile === 'trusted' ? 'unconfined' : confined);
    });

    it('reports what the standard tier promises in full', () => {
      if (result.enforcement.tier !== 'standard') return;
      for (const guarantee of ['fs-write', 'fs-metadata', 'fs-secrets'] as const) {
        expect(result.enforcement.guarantees[guarantee].status, guarantee).toBe('full');
      }
    });

    describe.each(places)('%s', (place) => {
      it.each(operations)('%s', (operation) => {
        const { errno } = trial.attempt(result.stdout, place, operation);
        const wanted = expected(operation, place, profile, result.enforcement);
        if (wanted === 'either') return;
        expect(trial.happened(result.stdout, place, operation), `errno ${errno}`).toBe(wanted === 'happens');
        if (wanted === 'happens') expect(errno).toBe(0);
        // A change that is undone at the end has succeeded in the run itself, and an empty directory may hide the real one.
        else expect([0, ...refusals]).toContain(errno);
      });
    });

    it.runIf(writing.some((name) => name === profile))(
      'reports changes of protected paths that it had to undo',
      () => {
        const undone = operations.some(
          (operation) =>
            !['read', 'list', 'exec'].includes(operation) &&
            trial.attempt(result.stdout, 'protected', operation).errno === 0,
        );
        expect(result.violations.some(({ guarantee }) => guarantee === 'fs-protected')).toBe(undone);
      },
    );
  });
});

describe('net-read-only', () => {
  it.each(tiers)('%s: is refused until the egress broker is there', async (tier) => {
    const scene = createScene();
    try {
      await expect(
        runSandboxed(scene, ['/bin/true'], { profile: 'net-read-only', tier }),
      ).rejects.toMatchObject({
        code: 'ERR_UNSUPPORTED_FEATURE',
      });
    } finally {
      await scene.end();
    }
  });
});
