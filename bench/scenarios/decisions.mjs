// Decisions of execpolicy a second, through the public check: links of paths that commands name are followed each time.
import { packageUrl } from '../lib/paths.mjs';
import { median } from '../lib/statistics.mjs';

export async function measure({ commands, rounds, perRound }, { workspace }) {
  const { createSandbox } = await import(packageUrl);
  const sandbox = createSandbox({ profile: 'workspace-write', workspace });
  const answers = { allow: 0, ask: 0, deny: 0 };
  for (const command of commands) answers[sandbox.check(command).decision] += 1;
  const rates = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    for (let count = 0; count < perRound; count += 1) sandbox.check(commands[count % commands.length]);
    rates.push(perRound / ((performance.now() - started) / 1000));
  }
  const detail = `${commands.length} commands: ${answers.allow} allow, ${answers.ask} ask, ${answers.deny} deny; best ${Math.round(Math.max(...rates))}`;
  return { value: Math.round(median(rates)), detail };
}
