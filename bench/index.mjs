// npm run bench               every target of bench/targets.mjs with the figure measured beside it
//   -- --only NAME[,NAME]     these scenarios alone
//   -- --soak N               length of the soak; 2000 runs by default, 100000 for the target
//   -- --json                 one JSON document instead of the table
//   -- --check                exit code 1 when a target is missed or a scenario could not be measured
import { parseArgs } from 'node:util';
import { asOrdinaryUser } from './lib/ordinary_user.mjs';
import { describeMachine } from './lib/machine.mjs';
import { judge, missing } from './lib/judge.mjs';
import { printHeader, printResult, printSummary } from './lib/print.mjs';
import { createScene } from './lib/scene.mjs';
import { runScenario } from './lib/scenario_process.mjs';
import { targets } from './targets.mjs';

function selectTargets(only) {
  if (only === undefined) return targets;
  const names = only.flatMap((list) => list.split(','));
  const unknown = names.filter((name) => !targets.some((target) => target.name === name));
  if (unknown.length > 0) {
    const known = targets.map(({ name }) => name).join(', ');
    throw new Error(`no scenario is called ${unknown.join(', ')}; there are ${known}`);
  }
  return targets.filter(({ name }) => names.includes(name));
}

function withSoak(target, soak) {
  if (target.name !== 'soak' || soak === undefined) return target;
  const runs = Number(soak);
  const { samples } = target.options;
  if (!Number.isSafeInteger(runs) || runs < samples) {
    throw new Error(`--soak takes a number of runs, ${samples} or more`);
  }
  return { ...target, options: { ...target.options, runs } };
}

async function main() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      soak: { type: 'string' },
      json: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
    },
  });
  const selected = selectTargets(values.only).map((target) => withSoak(target, values.soak));
  const scene = createScene();
  const results = [];
  try {
    const machine = await describeMachine(scene);
    if (!values.json) printHeader(machine);
    for (const target of selected) {
      const result = judge(target, await runScenario(target, scene));
      results.push(result);
      if (!values.json) printResult(result);
    }
    if (values.json) console.log(JSON.stringify({ machine, results }, null, 2));
    else printSummary(results, machine);
  } finally {
    scene.remove();
  }
  process.exitCode = values.check && results.some(missing) ? 1 : 0;
}

try {
  if (!asOrdinaryUser()) await main();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
