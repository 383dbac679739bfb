import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { KernelLog, type LogTimes, type RunRefusals } from '../../../../src/run/denials/kernel_log.js';
import { PlayedLog } from '../../../helpers/played_log.js';
import { alive } from '../../../helpers/processes.js';
import { transpiledPackage } from '../../../helpers/transpiled.js';
import { entry, otherTag, report, tag } from './entries.js';

// Long enough for a busy machine: nothing here waits for it to pass.
const patient: LogTimes = { beaconMs: 20_000, idleMs: 20 };
const waiting = { timeout: 60_000, interval: 20 };
const secret = report('cat', 'file-read-data', '/Users/me/.ssh/id');

function targets({ denials }: RunRefusals): readonly string[] {
  return denials.map(({ target }) => target);
}

/** Runs something until the log is read from the beginning of a run on. */
async function untilRead(log: KernelLog): Promise<void> {
  await vi.waitFor(async () => {
    expect((await log.watch().end(otherTag, true)).gaps).toEqual([]);
  }, waiting);
}

describe.runIf(process.platform === 'linux')('the log of the kernel, played', { timeout: 120_000 }, () => {
  it('tells a run what was refused to it, and nothing of others', async () => {
    using played = new PlayedLog();
    const log = new KernelLog(played.tools, { ...patient, idleMs: 60_000 });
    await untilRead(log);
    const run = log.watch();
    const other = log.watch();
    played.says(entry(`${secret}\n${tag}`));
    played.says(entry(`${report('nc', 'network-outbound', 'remote:*:80')}\n${otherTag}`));
    played.says(entry(`${report('evil', 'file-read-data', '/forged')}\n${tag}`, { processID: 4711 }));
    played.says('no entry at all');
    const [mine, theirs] = await Promise.all([run.end(tag, true), other.end(otherTag, true)]);
    expect(targets(mine)).toEqual(['/Users/me/.ssh/id']);
    expect(targets(theirs)).toEqual(['remote:*:80']);
    expect([mine.read, mine.gaps, theirs.gaps]).toEqual([true, [], []]);
    expect(played.readers()).toHaveLength(1);
  });

  it('says what it may have missed', async () => {
    using played = new PlayedLog();
    const log = new KernelLog(played.tools, { ...patient, idleMs: 60_000 });
    // Nobody waits for the reader to start.
    const first = log.watch();
    await untilRead(log);
    expect((await first.end(tag, true)).gaps).toEqual([
      'the log was not read from the beginning of the run on',
    ]);
    expect((await log.watch().end(tag, false)).gaps).toEqual([
      'a run that succeeds does not wait for the log',
    ]);
    const flooded = log.watch();
    played.says('x'.repeat(100_000));
    expect((await flooded.end(tag, true)).gaps).toEqual(['the log said more than was kept']);
  });

  it('says so when the log has not caught up', async () => {
    using played = new PlayedLog();
    const log = new KernelLog(played.tools, { ...patient, beaconMs: 2000, idleMs: 60_000 });
    await untilRead(log);
    const run = log.watch();
    rmSync(played.tools.sandboxExec);
    expect((await run.end(tag, true)).gaps).toEqual(['the log had not caught up with the end of the run']);
  });

  it('ends its reader when there is nothing to read for, and starts another later', async () => {
    using played = new PlayedLog();
    const log = new KernelLog(played.tools, patient);
    const cancelled = log.watch();
    cancelled.cancel();
    await vi.waitFor(() => {
      expect(played.readers()).toHaveLength(1);
      expect(played.readers().map(alive)).toEqual([false]);
    }, waiting);
    log.watch().cancel();
    await vi.waitFor(() => {
      expect(played.readers()).toHaveLength(2);
      expect(played.readers().map(alive)).toEqual([false, false]);
    }, waiting);
  });

  it('believes nothing that no beacon came through, and gives up', async () => {
    using played = new PlayedLog('logs no tags');
    const log = new KernelLog(played.tools, { beaconMs: 20, idleMs: 60_000 });
    for (let readers = 1; readers <= 3; readers += 1) {
      const run = log.watch();
      await vi.waitFor(() => {
        expect(played.readers()).toHaveLength(readers);
        expect(played.readers().map(alive)).not.toContain(true);
      }, waiting);
      expect(await run.end(tag, true)).toMatchObject({
        read: false,
        gaps: ['the log of the kernel is not read: what was refused to try it did not appear in it'],
      });
    }
    const run = log.watch();
    expect((await run.end(tag, true)).read).toBe(false);
    expect(played.readers()).toHaveLength(3);
  });

  it('says what `log` has against being read', async () => {
    using played = new PlayedLog('tells nobody');
    const log = new KernelLog(played.tools, patient);
    await vi.waitFor(async () => {
      expect((await log.watch().end(tag, true)).gaps).toEqual([
        "the log of the kernel is not read: log: Must be admin to run 'stream' command",
      ]);
    }, waiting);
    await vi.waitFor(async () => {
      await log.watch().end(tag, true);
      expect(played.readers()).toHaveLength(3);
    }, waiting);
  });

  it('does without when the tools are not there', async () => {
    using played = new PlayedLog();
    rmSync(played.tools.log);
    rmSync(played.tools.sandboxExec);
    const log = new KernelLog(played.tools, patient);
    expect((await log.watch().end(tag, true)).read).toBe(false);
  });

  it('notices when the reader ends, and starts another with the next run', async () => {
    using played = new PlayedLog();
    const log = new KernelLog(played.tools, { ...patient, idleMs: 60_000 });
    await untilRead(log);
    const run = log.watch();
    const [reader = 0] = played.readers();
    process.kill(reader, 'SIGKILL');
    await vi.waitFor(async () => {
      expect((await log.watch().end(otherTag, false)).gaps).not.toEqual([
        'a run that succeeds does not wait for the log',
      ]);
    }, waiting);
    await untilRead(log);
    expect(played.readers()).toHaveLength(2);
    expect((await run.end(tag, true)).gaps).toEqual([
      'the log was not read from the beginning of the run on',
    ]);
  });
});

async function host(played: PlayedLog, how: string): Promise<ChildProcess> {
  const module = pathToFileURL(join(dirname(transpiledPackage()), 'run/denials/kernel_log.js')).href;
  const file = fileURLToPath(new URL('../../../fixtures/log_host.mjs', import.meta.url));
  const child = spawn(process.execPath, [file, module, JSON.stringify(played.tools), how], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe.runIf(process.platform === 'linux')('a reader of the log', { timeout: 120_000 }, () => {
  it('goes with a host that is killed', async () => {
    using played = new PlayedLog();
    const child = await host(played, 'stay');
    expect(played.readers().map(alive)).toEqual([true]);
    child.kill('SIGKILL');
    await vi.waitFor(() => {
      expect(played.readers().map(alive)).toEqual([false]);
    }, waiting);
  });

  it('would stay if it were an ordinary child: the control', async () => {
    using played = new PlayedLog();
    using tied = new PlayedLog();
    const plain = await host(played, 'plain');
    const other = await host(tied, 'stay');
    const [reader = 0] = played.readers();
    for (const child of [plain, other]) child.kill('SIGKILL');
    await vi.waitFor(() => {
      expect(tied.readers().map(alive)).toEqual([false]);
    }, waiting);
    expect(alive(reader)).toBe(true);
    process.kill(reader, 'SIGKILL');
  });

  it('keeps no host from ending', async () => {
    using played = new PlayedLog();
    const child = await host(played, 'leave');
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    await vi.waitFor(() => {
      expect(played.readers().map(alive)).toEqual([false]);
    }, waiting);
  });

  it('is not interrupted with its host', async () => {
    using played = new PlayedLog();
    const child = await host(played, 'stay');
    const [reader = 0] = played.readers();
    const group = (pid: number): string =>
      execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    expect(group(reader)).toMatch(/^\d+$/);
    expect(group(reader)).not.toBe(group(child.pid ?? 0));
    child.kill('SIGKILL');
  });
});
