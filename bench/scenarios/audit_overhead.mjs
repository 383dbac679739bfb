// What an audit log adds to a run: the same command with and without, by turns. Both are ours, so the figure is the median of ratios.
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { packageUrl } from '../lib/paths.mjs';
import { interleave, ratios } from '../lib/rounds.mjs';

export async function measure({ command, rounds, perBlock }, { base, workspace }) {
  const { createSandbox } = await import(packageUrl);
  const file = join(mkdtempSync(join(base, 'audit-')), 'audit.jsonl');
  const plain = createSandbox({ profile: 'offline', workspace });
  const audited = createSandbox({ profile: 'offline', workspace, audit: { file, required: true } });
  const block = (sandbox) => async () => {
    for (let i = 0; i < perBlock; i += 1) {
      const { verdict } = await sandbox.run(command);
      if (verdict !== 'ok') throw new Error(`${String(command)}: ${verdict}`);
    }
  };
  return ratios(await interleave(rounds, block(plain), block(audited)), 'the same runs without a log');
}
