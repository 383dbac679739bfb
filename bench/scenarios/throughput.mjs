// Many runs with some at a time. The figure is runs per second, ours divided by theirs.
import { bothWays } from '../lib/commands.mjs';
import { interleave } from '../lib/rounds.mjs';
import { median, summarize } from '../lib/statistics.mjs';

function many(run, runs, atATime) {
  let left = runs;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await run();
    }
  };
  return () => {
    left = runs;
    return Promise.all(Array.from({ length: atATime }, lane));
  };
}

export async function measure(options, scene) {
  const { skipped, plain, ours } = await bothWays(options, scene.workspace);
  if (skipped !== undefined) return { skipped };
  const { rounds, runs, atATime } = options;
  await many(ours, 100, atATime)();
  const times = await interleave(rounds, many(plain, runs, atATime), many(ours, runs, atATime), 0);
  const perSecond = (side) => Math.round(runs / (median(times.map((time) => time[side])) / 1000));
  return {
    ...summarize(times.map((time) => time.plain / time.ours)),
    detail: `${perSecond('ours')} runs/s to ${perSecond('plain')} of child_process.spawn`,
  };
}
