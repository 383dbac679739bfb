import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { machineProbe } from '../../src/native/probe.js';
import { eventually } from '../helpers/processes.js';
import { useWorkspace } from './workspace.js';

const workspace = useWorkspace();
const probe = machineProbe();
const delegated = probe.system === 'linux' && probe.cgroup;
if (!delegated)
  console.log('skipped: no control group (version 2) with memory and pids was delegated to this process');

describe.skipIf(!delegated).each(['auto', 'light'] as const)('a control group, isolation %s', (isolation) => {
  const sandbox = (): ReturnType<typeof workspace.sandbox> =>
    workspace.sandbox({ isolation, limits: { memoryBytes: 120_000_000, processes: 6 } });

  it('holds memory: all of the run ends', async () => {
    const code = 'const all = []; for (;;) all.push(Buffer.alloc(1 << 22, 1));';
    const result = await sandbox().run([process.execPath, '--v8-pool-size=0', '-e', code], undefined, {
      timeout: 60_000,
    });
    expect(result.verdict).toBe('memory');
    expect(result.enforcement.guarantees.limits).toMatchObject({ status: 'full' });
    expect(result.usage.maxRssBytes).toBeGreaterThan(60_000_000);
  });

  it('holds processes: what is too much is refused, the run goes on', async () => {
    const many = 'for i in 1 2 3 4 5 6 7 8 9; do sleep 1 & done; echo unreachable';
    const result = await sandbox().run(`(${many}) 2>&1; echo on`);
    expect(result.stdout).toMatch(/fork.*on\n$/su);
    expect(result.stdout).not.toContain('unreachable');
  });

  it('is another for each run, and gone with it', async () => {
    const one = sandbox();
    const runs = await Promise.all([1, 2, 3].map(() => one.run(['cat', '/proc/self/cgroup'])));
    const groups = runs.map(({ stdout }) => /^0::(.*)$/mu.exec(stdout)?.[1] ?? '');
    expect(new Set(groups).size).toBe(3);
    const own = /^0::(.*)$/mu.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
    expect(groups).not.toContain(own);
    for (const group of groups) {
      const populated = (): boolean => {
        try {
          return readFileSync(`/sys/fs/cgroup${group}/cgroup.events`, 'utf8') !== '';
        } catch {
          return false;
        }
      };
      expect(await eventually(() => !populated())).toBe(true);
    }
  });
});
