import { writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Result } from '../../src/index.js';
import { type RunRefusals, type Watch } from '../../src/run/denials/kernel_log.js';
import type * as refused from '../../src/run/denials/refused.js';
import { useWorkspace } from './workspace.js';

/**
 * What a run on macOS does with the log of the kernel, on a machine that has none: the log is played here, and outcomes get the tag that
 * the addon for macOS gives them.
 */
const played = vi.hoisted(() => ({ on: true, watches: [] as string[] }));
const refusals: RunRefusals = {
  denials: [{ process: 'cat', pid: 7, operation: 'file-read-data', target: '/Users/me/.ssh/id' }],
  ...{ leftOut: 0, unread: 0, read: true, gaps: ['a gap'] },
};

vi.mock('../../src/run/denials/refused.js', async (original) => {
  const real = await original<typeof refused>();
  const watch = (): Watch => {
    const at = played.watches.push('watched') - 1;
    return {
      end: (tag, wait) => {
        played.watches[at] = `${tag} ${wait ? 'waits' : 'does not wait'}`;
        return Promise.resolve(refusals);
      },
      cancel: () => {
        played.watches[at] = 'cancelled';
      },
    };
  };
  const denials = { status: 'partial', mechanism: 'played', reason: 'played' } as const;
  return {
    kernelLogOf: (enforcement: Parameters<typeof real.kernelLogOf>[0]) =>
      played.on ? { watch } : real.kernelLogOf(enforcement),
    refusedTo: ((ended, outcome, { policy, enforcement }) =>
      real.refusedTo(
        ended,
        { ...outcome, logTag: 'moated.run' },
        { policy, enforcement: { ...enforcement, denials } },
      )) as typeof real.refusedTo,
  };
});

const workspace = useWorkspace();
beforeEach(() => {
  played.on = true;
  played.watches.splice(0);
});

function expectTold(result: Result<unknown>): void {
  expect(result.violations).toEqual([
    expect.objectContaining({ guarantee: 'fs-secrets', source: 'kernel', target: '/Users/me/.ssh/id' }),
  ]);
  expect(result.enforcement.denials).toEqual({
    status: 'partial',
    mechanism: 'played',
    reason: 'a gap; played',
  });
}

describe('where the log of the kernel tells', () => {
  it.each([
    ['exit 3', 'waits'],
    ['kill -TERM $$', 'waits'],
    ['exit 0', 'does not wait'],
  ])('%s: the result has what was refused, and the run %s', async (line, waits) => {
    expectTold(await workspace.sandbox().run(line));
    expectTold(await workspace.sandbox().spawn(line, undefined, { stdio: 'ignore' }));
    expect(played.watches).toEqual([`moated.run ${waits}`, `moated.run ${waits}`]);
  });

  it('a run that does not start lets go of it', async () => {
    await expect(workspace.sandbox().run(['/no/such/program'])).rejects.toThrow();
    await expect(workspace.sandbox().spawn(['/no/such/program'])).rejects.toThrow();
    expect(played.watches).toEqual(['cancelled', 'cancelled']);
  });

  it('a run that is cancelled before it starts does not take hold of it', async () => {
    const signal = AbortSignal.abort();
    expect((await workspace.sandbox().run('exit 0', undefined, { signal })).violations).toEqual([]);
    expect((await workspace.sandbox().spawn('exit 0', undefined, { signal })).violations).toEqual([]);
    expect(played.watches).toEqual([]);
  });

  it('every attempt of a run lets go of it', async () => {
    const sandbox = workspace.sandbox();
    await sandbox.run('exit 0', 'workspace-write');
    // What did not exist for the policy exists now: it is resolved again.
    writeFileSync(`${workspace.path}/.npmrc`, '');
    await sandbox.run('exit 0', 'workspace-write');
    expect(played.watches.slice(1)).toEqual(['cancelled', 'moated.run does not wait']);
  });
});

it.runIf(process.platform === 'linux')('costs nothing where there is no such log', async () => {
  played.on = false;
  const spawned = vi.spyOn(process.getBuiltinModule('node:child_process'), 'spawn');
  const result = await workspace.sandbox().run('exit 3');
  expect(result.violations).toEqual([]);
  expect(result.enforcement.denials).toBeUndefined();
  expect(spawned).not.toHaveBeenCalled();
});
