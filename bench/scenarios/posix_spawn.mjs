// Against a small C++ program that starts the same command with posix_spawn and two pipes: the least that any spawner takes, and how the
// next libuv will do it. Both sides answer blocks of runs by turns.
import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { bothWays } from '../lib/commands.mjs';
import { inBench } from '../lib/paths.mjs';
import { median } from '../lib/statistics.mjs';
import { ratios } from '../lib/rounds.mjs';

/** Compiles the program, or says why it cannot. */
function compile(base) {
  const file = join(base, 'posix_spawn_bench');
  try {
    const source = inBench('native/posix_spawn_bench.cc');
    execFileSync('g++', ['-std=c++20', '-O2', '-Wall', source, '-o', file], {
      stdio: ['ignore', 'inherit', 'pipe'],
    });
  } catch (error) {
    return { skipped: `g++: ${error.code ?? String(error.stderr).trim()}` };
  }
  return { file };
}

/** The started program: `run(n)` resolves with the microseconds of each of n runs. */
function startSpawner(file, program) {
  const child = spawn(file, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    waiting.shift()?.resolve(text.split(' ').map(Number));
  });
  child.on('close', () => {
    for (const { reject } of waiting) reject(new Error('posix_spawn_bench ended early'));
  });
  const run = (count) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${count}\n`);
    });
  return { run, end: () => child.stdin.end() };
}

async function ourBlock(run, count) {
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const started = performance.now();
    await run();
    times.push(performance.now() - started);
  }
  return median(times);
}

export async function measure({ program, isolation, rounds, perBlock }, scene) {
  const { skipped, file } = compile(scene.base);
  if (skipped !== undefined) return { skipped };
  const ways = await bothWays({ command: [program], isolation }, scene.workspace);
  if (ways.skipped !== undefined) return { skipped: ways.skipped };
  const spawner = startSpawner(file, program);
  const theirBlock = async (count) => median(await spawner.run(count)) / 1000;
  const times = [];
  for (let round = -2; round < rounds; round += 1) {
    const entry = {};
    if (round % 2 === 0) entry.plain = await theirBlock(perBlock);
    entry.ours = await ourBlock(ways.ours, perBlock);
    entry.plain ??= await theirBlock(perBlock);
    if (round >= 0) times.push(entry);
  }
  spawner.end();
  return ratios(times, 'posix_spawn');
}
