// A fresh process that imports the package and runs one command, against a Node that does nothing: what a command line tool pays.
import { spawn } from 'node:child_process';
import { inBench } from '../lib/paths.mjs';
import { median, summarize } from '../lib/statistics.mjs';

function lifetime(args, cwd) {
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(performance.now() - started);
      else reject(new Error(`node ${args.join(' ')} ended with ${code}`));
    });
  });
}

export async function measure({ rounds }, scene) {
  const bare = () => lifetime(['-e', '0'], scene.workspace);
  const first = () => lifetime([inBench('lib/fresh_process.mjs')], scene.workspace);
  const times = [];
  for (let round = -2; round < rounds; round += 1) {
    const entry = {};
    if (round % 2 === 0) entry.bare = await bare();
    entry.first = await first();
    entry.bare ??= await bare();
    if (round >= 0) times.push(entry);
  }
  const milliseconds = (side) => `${median(times.map((time) => time[side])).toFixed(1)} ms`;
  return {
    ...summarize(times.map((time) => time.first - time.bare)),
    detail: `${milliseconds('first')}, a bare Node ${milliseconds('bare')}`,
  };
}
