// Absolute times wander with the load of the machine, so both sides are measured in every round, first and second by turns, and a
// figure is the median of the rounds' ratios.
import { setTimeout } from 'node:timers/promises';
import { summarize, median } from './statistics.mjs';

// What a run leaves to be done after it is announced must slow down neither the other side nor the next round.
const settled = () => setTimeout(2);

async function timed(step) {
  await settled();
  const started = performance.now();
  await step();
  return performance.now() - started;
}

/** Runs `plain` and `ours` by turns and answers with the times of each round, in milliseconds. */
export async function interleave(rounds, plain, ours, warmUp = 10) {
  const times = [];
  for (let round = -warmUp; round < rounds; round += 1) {
    const entry = {};
    const plainFirst = round % 2 === 0;
    if (plainFirst) entry.plain = await timed(plain);
    entry.ours = await timed(ours);
    if (!plainFirst) entry.plain = await timed(plain);
    if (round >= 0) times.push(entry);
  }
  return times;
}

const milliseconds = (values) => `${median(values).toFixed(2)} ms`;

/** The summary of rounds whose figure is ours divided by theirs. */
export function ratios(times, plainName = 'child_process.spawn') {
  const detail = `${milliseconds(times.map(({ ours }) => ours))} to ${milliseconds(times.map(({ plain }) => plain))} of ${plainName}`;
  return { ...summarize(times.map(({ ours, plain }) => ours / plain)), detail };
}
