import { missing } from './judge.mjs';

const columns = [48, 11, 10, 17];
const line = (cells, rest) =>
  `${cells.map((cell, at) => cell.padEnd(columns[at])).join(' ')} ${rest}`.trimEnd();

function shown(value, unit) {
  if (unit === 'ratio') return value.toFixed(2);
  if (unit === 'growing') return value === 0 ? 'flat' : `${value} grow`;
  return `${value.toFixed(1)} ${unit}`;
}

function wanted({ atMost, atLeast, unit }) {
  if (unit === 'growing') return 'flat';
  return atMost === undefined ? `>= ${shown(atLeast, unit)}` : `<= ${shown(atMost, unit)}`;
}

export function printHeader(machine) {
  const { processors, model, kernel, node, libuv, uid, load, tier, landlockAbi } = machine;
  console.log(`${processors} x ${model}, kernel ${kernel}, Node ${node} (libuv ${libuv}), uid ${uid}`);
  console.log(`tier ${tier}, Landlock ABI ${landlockAbi}, load average ${load.toFixed(2)}`);
  warnOfLoad(machine);
  console.log('\nTimes are ratios: child_process.spawn with piped streams and without a sandbox is 1.\n');
  console.log(line(['what', 'target', 'measured', 'quartiles'], 'detail'));
}

function warnOfLoad({ isQuiet, load, processors }) {
  if (isQuiet) return;
  console.log(
    `WARNING: a load of ${load.toFixed(2)} on ${processors} processors. Others take part: these figures are not reliable.`,
  );
}

export function printResult(result) {
  const { what, unit, skipped, value, low, high, met, detail, curve } = result;
  if (skipped !== undefined) {
    console.log(line([what, wanted(result), 'skipped', ''], skipped));
    return;
  }
  const quartiles = low === undefined ? '' : `${shown(low, unit)} - ${shown(high, unit)}`;
  const mark = met ? '' : 'MISSED  ';
  console.log(line([what, wanted(result), shown(value, unit), quartiles], `${mark}${detail}`));
  if (curve !== undefined) printCurve(curve);
}

/** A table of samples: one row each, the names of the first as its head. */
function printCurve(curve) {
  const names = Object.keys(curve[0]);
  console.log(`\n  ${names.map((name) => name.padStart(13)).join('')}`);
  for (const sample of curve) {
    console.log(`  ${names.map((name) => String(sample[name]).padStart(13)).join('')}`);
  }
  console.log('');
}

export function printSummary(results, machine) {
  const missed = results.filter(({ met }) => met === false).map(({ name }) => name);
  const unmeasured = results.filter(({ met }) => met === undefined).map(({ name }) => name);
  const reached = results.filter((result) => !missing(result)).length;
  console.log(`\n${reached} of ${results.length} targets reached`);
  if (missed.length > 0) console.log(`missed: ${missed.join(', ')}`);
  if (unmeasured.length > 0) console.log(`not measured: ${unmeasured.join(', ')}`);
  warnOfLoad(machine);
}
