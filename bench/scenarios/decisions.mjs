// Decisions of execpolicy a second, through the public check: links of paths that commands name are followed each time. Counted in
// processor time, so that others on the machine take no part in the figure; the detail has the rate by the clock.
import { packageUrl } from '../lib/paths.mjs';
import { summarize } from '../lib/statistics.mjs';

export async function measure({ commands, rounds, perRound }, { workspace }) {
  const { createSandbox } = await import(packageUrl);
  const sandbox = createSandbox({ profile: 'workspace-write', workspace });
  const answers = { allow: 0, ask: 0, deny: 0 };
  for (const command of commands) answers[sandbox.check(command).decision] += 1;
  const rates = [];
  const started = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    for (let count = 0; count < perRound; count += 1) sandbox.check(commands[count % commands.length]);
    const { user, system } = process.cpuUsage(before);
    rates.push(perRound / ((user + system) / 1e6));
  }
  const clock = Math.round((rounds * perRound) / ((performance.now() - started) / 1000));
  const summary = summarize(rates.map(Math.round));
  const detail = `${answers.allow} allow, ${answers.ask} ask, ${answers.deny} deny; ${clock} by the clock`;
  return { ...summary, detail };
}
