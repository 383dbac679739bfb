// npm run test:targets [-- NAME...]     runs the prebuilt binaries on every machine that this one can be: other kernels, another C library, another processor, Windows
// by Wine. NAME chooses by the beginning of a step's name. What cannot run here is said, and is a failure when it was chosen. MOATED_PREBUILDS names binaries other than prebuilds/, MOATED_TARGETS_CACHE
// where kernels and other downloads are kept.
import { mustNode } from './lib/exec.mjs';
import { at } from './lib/paths.mjs';
import { cacheRoot } from './targets/cache.mjs';
import { steps } from './targets/steps.mjs';

const chosen = process.argv.slice(2);
mustNode(at('scripts/build.mjs'), ['--if-stale']);
console.log(`downloads and machines are kept in ${cacheRoot}`);

const outcomes = { ran: [], failed: [], missing: [] };
for (const { name, needs, run } of steps) {
  if (chosen.length > 0 && !chosen.some((wanted) => name.startsWith(wanted))) continue;
  console.log(`\n=== ${name}`);
  const lacking = needs();
  if (lacking.length > 0) {
    console.log(`  CANNOT RUN HERE: ${lacking.join(', ')} missing`);
    outcomes[chosen.length > 0 ? 'failed' : 'missing'].push(name);
    continue;
  }
  let failures;
  try {
    failures = await run();
  } catch (error) {
    failures = 1;
    console.log(`  FAILED: ${error.stack ?? error}`);
  }
  outcomes[failures > 0 ? 'failed' : 'ran'].push(name);
}
console.log(`\nran: ${outcomes.ran.join('; ') || 'nothing'}`);
if (outcomes.missing.length > 0) console.log(`NOT RUN: ${outcomes.missing.join('; ')}`);
if (outcomes.failed.length > 0) console.log(`FAILED: ${outcomes.failed.join('; ')}`);
console.log(
  `${outcomes.ran.length} passed, ${outcomes.failed.length} failed${outcomes.missing.length > 0 ? `, ${outcomes.missing.length} skipped` : ''}`,
);
process.exitCode = outcomes.failed.length > 0 ? 1 : 0;
