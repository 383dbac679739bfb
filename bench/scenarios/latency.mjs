// One command after another, each way by turns: how long until the result is there.
import { bothWays } from '../lib/commands.mjs';
import { fillHeap } from '../lib/heap.mjs';
import { interleave, ratios } from '../lib/rounds.mjs';

export async function measure(options, scene) {
  const heap = fillHeap(options.heapMegabytes ?? 0);
  const cwd = options.repository === true ? scene.repository : scene.workspace;
  const { skipped, plain, ours } = await bothWays(options, cwd);
  if (skipped !== undefined) return { skipped };
  const result = ratios(await interleave(options.rounds, plain, ours));
  return heap.length === 0
    ? result
    : {
        ...result,
        detail: `${result.detail}, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB resident`,
      };
}
