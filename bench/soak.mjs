// Runs commands in a row, of both tiers by turns, and looks at what must not grow: npm run bench -- --only soak --soak 100000
import { dirname } from 'node:path';
import { observe } from './lib/process_state.mjs';
import { packageUrl } from './lib/paths.mjs';
import { median } from './lib/statistics.mjs';

/** What garbage collection and the allocator leave over between two samples, not a leak: it does not grow with the number of runs. */
const rssNoiseMegabytes = 4;

/** Every twentieth run makes namespaces of its own, every other one of the rest goes without any. */
function chooser(sandboxes) {
  return (run) => (run % 20 === 0 ? sandboxes.fresh : run % 2 === 0 ? sandboxes.light : sandboxes.auto);
}

/** The names of what grew: memory beyond its noise, everything else at all. */
function growing(curve) {
  const names = Object.keys(curve[0]).filter((name) => name !== 'runs' && name !== 'seconds');
  const third = Math.max(1, Math.floor(curve.length / 3));
  return names.filter((name) => {
    const before = median(curve.slice(0, third).map((sample) => sample[name]));
    const after = median(curve.slice(-third).map((sample) => sample[name]));
    return after - before > (name === 'rssMB' ? rssNoiseMegabytes : 0);
  });
}

export async function measure({ runs, samples }, scene) {
  const { createSandbox } = await import(packageUrl);
  const make = (isolation) => createSandbox({ profile: 'offline', isolation, workspace: scene.workspace });
  const sandboxes = { light: make('light'), auto: make('auto'), fresh: make('fresh') };
  const pick = chooser(sandboxes);
  const batch = async (from, to) => {
    for (let run = from; run < to; run += 1) {
      const result = await pick(run).run(['/bin/echo', String(run)]);
      if (result.verdict !== 'ok' || result.stdout !== `${run}\n`) {
        throw new Error(`run ${run}: ${result.verdict}, ${JSON.stringify(result.stdout)}`);
      }
    }
  };
  // Caches, thread stacks and, by a burst, the stock of namespaces reach their size first.
  await batch(0, Math.min(500, runs));
  for (const sandbox of Object.values(sandboxes)) {
    await Promise.all(Array.from({ length: 64 }, () => sandbox.run(['/bin/true'])));
  }
  // A run of the light tier is told where its scratch directory is.
  const scratchParent = dirname((await sandboxes.light.run('echo "$TMPDIR"')).stdout.trim());
  const started = performance.now();
  const curve = [];
  for (let sample = 0; sample < samples; sample += 1) {
    await batch(Math.floor((runs * sample) / samples), Math.floor((runs * (sample + 1)) / samples));
    const seconds = Math.round((performance.now() - started) / 1000);
    curve.push({ runs: Math.floor((runs * (sample + 1)) / samples), seconds, ...observe(scratchParent) });
  }
  const grown = growing(curve);
  const detail = grown.length === 0 ? `${runs} runs, flat` : `${runs} runs, growing: ${grown.join(', ')}`;
  return { value: grown.length, detail, curve };
}
