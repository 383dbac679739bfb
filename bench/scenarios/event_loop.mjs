// How long the event loop is kept from other work by one run, divided by the whole time of a child_process.spawn. Being blocked counts as
// much as computing, so the loop's own account of its idle time is asked; the processor time of the thread is given beside it.
import { readFileSync } from 'node:fs';
import { bothWays } from '../lib/commands.mjs';
import { median, summarize } from '../lib/statistics.mjs';

/** Milliseconds that this thread, the main one, has spent on a processor. */
function threadTime() {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

async function block(run, runs) {
  const thread = threadTime();
  const started = performance.now();
  const utilization = performance.eventLoopUtilization();
  for (let i = 0; i < runs; i += 1) await run();
  const { active } = performance.eventLoopUtilization(utilization);
  const total = performance.now() - started;
  return { active: active / runs, total: total / runs, thread: (threadTime() - thread) / runs };
}

export async function measure(options, scene) {
  const { skipped, plain, ours } = await bothWays(options, scene.workspace);
  if (skipped !== undefined) return { skipped };
  const { rounds, perBlock } = options;
  const results = [];
  for (let round = -2; round < rounds; round += 1) {
    const entry = {};
    if (round % 2 === 0) entry.plain = await block(plain, perBlock);
    entry.ours = await block(ours, perBlock);
    entry.plain ??= await block(plain, perBlock);
    if (round >= 0) results.push(entry);
  }
  const microseconds = (pick) => `${Math.round(median(results.map(pick)) * 1000)} us`;
  return {
    ...summarize(results.map((entry) => entry.ours.active / entry.plain.total)),
    detail:
      `${microseconds((entry) => entry.ours.active)} busy, ${microseconds((entry) => entry.ours.thread)} of processor time; ` +
      `child_process.spawn ${microseconds((entry) => entry.plain.active)} busy of ${microseconds((entry) => entry.plain.total)}`,
  };
}
