import { existsSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectNothingLost, makeFolder, recordsOf, Writer } from './audit.js';

/** How many writers are killed: 50 in `npm test`, 1000 when asked. */
const kills = Number(process.env['MOATED_AUDIT_KILLS'] ?? 50);
const seed = Number(process.env['MOATED_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const atOnce = 4;

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  folder.remove();
});

/** A small generator, so that a failure can be repeated by its seed. */
function generator(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('writers that are killed', () => {
  it(
    `lose no record that they acknowledged (${kills} kills)`,
    async () => {
      const random = generator(seed);
      const writers: Writer[] = [];
      let limited = 0;
      while (writers.length < kills) {
        const round = Array.from({ length: Math.min(atOnce, kills - writers.length) }, (_, index) => {
          // Half are killed at a moment, half stopped by the kernel at a byte, in the middle of a record.
          const size = existsSync(folder.log) ? statSync(folder.log).size : 0;
          const fileSize = random(2) === 0 ? undefined : size + 1 + random(6000);
          if (fileSize !== undefined) limited += 1;
          return new Writer({
            log: folder.log,
            name: `w${writers.length + index}`,
            records: 1_000_000,
            // Rotation takes part in some rounds. A limited writer must not get away into a new file.
            rotateBytes: fileSize === undefined ? 60_000 + random(200_000) : 1 << 30,
            ...(fileSize === undefined ? {} : { fileSize }),
          });
        });
        writers.push(...round);
        await Promise.all(
          round.map(async (writer) => {
            await writer.begun;
            await sleep(random(12));
            writer.kill();
            await writer.ended;
          }),
        );
      }
      const { records, writers: chains, notes, files } = await expectNothingLost(folder.log, writers);
      const torn = notes.filter(({ what }) => what.includes('unfinished')).length;
      console.log(
        `audit: ${kills} writers killed (${limited} at a byte, seed ${seed}): ${records} records of ${chains} chains in ` +
          `${files.length} files verify, ${torn} torn records closed off, none lost`,
      );
      expect(records).toBeGreaterThan(kills / 4);
    },
    kills * 2000 + 30_000,
  );
});

describe('eight writers at once', () => {
  const write = (each: number, rotateBytes: number): Writer[] =>
    Array.from(
      { length: 8 },
      (_, index) => new Writer({ log: folder.log, name: `w${index}`, records: each, rotateBytes }),
    );

  async function expectAll(writers: readonly Writer[], each: number): Promise<void> {
    const { records, files, notes } = await expectNothingLost(folder.log, writers);
    for (const { acknowledged, complaints } of writers)
      expect([acknowledged, complaints]).toEqual([each, '']);
    expect(recordsOf(folder.log).filter(({ target }) => target === 'closed')).toHaveLength(8);
    expect(notes).toEqual([]);
    console.log(
      `audit: 8 processes wrote ${8 * each} events, ${records} records in ${files.length} files verify`,
    );
  }

  it('write every record once, through rotations', async () => {
    const writers = write(1000, 300_000);
    await Promise.all(writers.map(({ ended }) => ended));
    await expectAll(writers, 1000);
  }, 120_000);

  // One that was stopped in the middle of a rotation goes on when the others have rotated several times.
  it('write every record once, held up at random moments of many rotations', async () => {
    const random = generator(seed);
    const writers = write(1000, 30_000);
    const over = Promise.all(writers.map(({ ended }) => ended));
    const isOver = over.then(() => true);
    const pause = async (): Promise<boolean> => {
      await writers[random(8)]?.pause(5 + random(40));
      return false;
    };
    while (!(await Promise.race([isOver, pause()])));
    await expectAll(writers, 1000);
  }, 120_000);
});
