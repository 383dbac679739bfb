import { mkdirSync, readdirSync, readlinkSync, renameSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Sandbox } from '../../src/index.js';
import { eventually } from '../helpers/processes.js';
import { useWorkspace } from './workspace.js';

const workspace = useWorkspace();
const tiers = ['auto', 'light', 'fresh'] as const;
type Isolation = (typeof tiers)[number];

/** Disposes of the sandbox, so that the next test counts its own namespaces only. */
async function withSandbox(isolation: Isolation, body: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = workspace.sandbox({ isolation });
  try {
    await body(sandbox);
  } finally {
    await sandbox[Symbol.asyncDispose]();
  }
}

/** The namespaces that this process holds open by descriptors, apart from its own. */
function heldNamespaces(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(join('/proc/self/fd', fd));
      return /^(?:user|mnt|uts|net|ipc):\[/.test(target) ? [target] : [];
    } catch {
      return [];
    }
  });
}

// What a run uses is made ready before it is asked for, so these look at several in a row.
describe.each(tiers)('runs one after another, isolation %s', (isolation) => {
  it('find nothing that an earlier one has left', () =>
    withSandbox(isolation, async (sandbox) => {
      const look = 'ls -A "$TMPDIR" /dev/shm 2>/dev/null | grep -c moated-left; ipcs -m | grep -c " 64 "';
      const leave = 'touch "$TMPDIR/moated-left"; touch /dev/shm/moated-left; ipcmk -M 64';
      for (let round = 0; round < 6; round += 1) {
        const result = await sandbox.run(`${look}; (${leave}) >/dev/null 2>&1; ls "$TMPDIR"`);
        expect(result.stdout).toBe('0\n0\nmoated-left\n');
      }
    }));

  it('may use every processor that the host may', () =>
    withSandbox(isolation, async (sandbox) => {
      const nproc = [process.execPath, '-p', 'os.availableParallelism()'];
      for (let round = 0; round < 3; round += 1) {
        expect((await sandbox.run(nproc)).stdout).toBe(`${availableParallelism()}\n`);
      }
    }));

  it('keep nothing for a policy whose files have changed, and nothing after the sandbox is disposed of', async () => {
    const before = heldNamespaces().length;
    const kept = (): number => heldNamespaces().length - before;
    const perSlot = 6;
    await withSandbox(isolation, async (sandbox) => {
      const folder = join(workspace.path, '.idea');
      mkdirSync(folder, { recursive: true });
      for (let round = 0; round < 8; round += 1) {
        expect((await sandbox.run(['true'])).verdict).toBe('ok');
        renameSync(folder, `${folder}-${isolation}-${round}`);
        mkdirSync(folder);
      }
      // One after another: two are enough, the second while the first is made ready again.
      expect(await eventually(() => kept() <= 3 * perSlot)).toBe(true);
      const { probe } = sandbox.doctor();
      const namespaces = probe.system === 'linux' && probe.namespaces;
      expect(kept() > 0).toBe(isolation !== 'light' && namespaces);
    });
    expect(kept()).toBe(0);
  });
});
