/**
 * The operation matrix and a dozen attacks with their controls, as they are, on whatever machine this runs. Bundled by scripts/targets/guest.mjs
 * and run by Node alone. Prints `@@result` with JSON.
 */
import '../e2e/matrix.test.js';
import '../attack/git.test.js';
import '../attack/ipc.test.js';
import '../attack/privilege.test.js';
import '../attack/protected.test.js';
import '../attack/secrets.test.js';
import '../attack/writes.test.js';
import { chosenAttacks } from './attacks.js';
import { runAll, type Verdict } from './vitest.js';

const profiles = [
  'control: without a sandbox',
  'offline',
  'workspace-write',
  'workspace-net',
  'trusted',
  'net-read-only',
];
const wanted = (name: string): boolean =>
  process.env['MOATED_GUEST_ALL'] === '1' || profiles.includes(name) || chosenAttacks.includes(name);

/** What a failed control stands for: an operation that the file system of the machine does not have, or an attack that needs more than is there. */
function impossible(verdicts: readonly Verdict[]): (name: string) => boolean {
  const failed = verdicts
    .filter(({ name, status }) => status === 'failed' && name.includes('control: '))
    .map(({ name }) => name);
  const operations = failed.flatMap(
    (name) =>
      /^control: without a sandbox > (\S+) > (\S+) happens$/.exec(name)?.slice(1, 3).join(' > ') ?? [],
  );
  const attacks = failed
    .filter((name) => !name.startsWith('control: '))
    .map((name) => name.slice(0, name.indexOf(' > ')));
  return (name) =>
    failed.includes(name) ||
    operations.some((operation) => name.endsWith(` > ${operation}`)) ||
    attacks.some((attack) => name.startsWith(`${attack} > `));
}

const verdicts: Verdict[] = [];
for await (const verdict of runAll(wanted)) verdicts.push(verdict);

const isImpossible = impossible(verdicts);
const lost = verdicts.filter(({ name }) => isImpossible(name));
const kept = verdicts.filter(({ name }) => !isImpossible(name));
const count = (status: Verdict['status']): number => kept.filter((one) => one.status === status).length;
const result = {
  mode: process.env['MOATED_GUEST_MODE'] ?? 'host',
  passed: count('passed'),
  failed: count('failed'),
  skipped: count('skipped'),
  refused: kept.filter(({ status }) => status === 'refused'),
  impossible: lost.map(({ name }) => name).filter((name) => name.includes('control: ')),
  failures: kept.filter(({ status }) => status === 'failed'),
};
process.stdout.write(`@@result ${JSON.stringify(result)}\n`);
process.exitCode = result.failed > 0 ? 1 : 0;
