import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { runScenario } from './scenario_process.mjs';

/** Above this load for each processor other programs take part in the measurement. */
const quietLoad = 0.5;

/** What the figures depend on. The sandbox is asked in another process, so that this one stays as small as it was. */
export async function describeMachine(scene) {
  const load = loadavg()[0];
  const processors = availableParallelism();
  const target = { module: './scenarios/doctor.mjs', options: {} };
  const { skipped, ...enforcement } = await runScenario(target, scene);
  if (skipped !== undefined) throw new Error(`the sandbox does not work here: ${skipped}`);
  return {
    processors,
    model: cpus()[0]?.model ?? 'unknown',
    kernel: release(),
    node: process.version,
    libuv: process.versions.uv,
    uid: process.getuid(),
    load,
    isQuiet: load <= quietLoad * processors,
    ...enforcement,
  };
}
