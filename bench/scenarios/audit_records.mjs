// Records a second of one process, without fsync: redaction, hash chain and the write into the page cache, as a run makes them.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { auditUrl } from '../lib/paths.mjs';
import { median, summarize } from '../lib/statistics.mjs';

export async function measure({ rounds, records }, { base, workspace }) {
  const { openAuditLog } = await import(auditUrl);
  const folder = mkdtempSync(join(base, 'audit-'));
  const rates = [];
  const processor = [];
  for (let round = -1; round < rounds; round += 1) {
    const file = join(folder, `${round}.jsonl`);
    const log = openAuditLog({ file, workspace });
    const runs = Array.from({ length: records }, (_, index) => ({
      operation: 'command_exec',
      target: '/usr/bin/git',
      decision: 'allowed',
      phase: 'start',
      runId: randomUUID(),
      profile: 'offline',
      policyHash: 'a'.repeat(64),
      // An argument that is new each time, as a cache of redacted texts must not be all that is measured.
      argv: ['git', 'add', join(workspace, `file${index}`)],
    }));
    const before = process.cpuUsage();
    const started = performance.now();
    for (const run of runs) log.record(run);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(before);
    await log.close();
    if (log.lost > 0) throw new Error(`${log.lost} records were lost`);
    rmSync(file);
    if (round < 0) continue;
    rates.push(records / seconds / 1000);
    processor.push((user + system) / records);
  }
  const detail = `redacted, chained, one write each; ${median(processor).toFixed(1)} us of processor time a record`;
  return { ...summarize(rates), detail };
}
