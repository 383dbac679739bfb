// What a host's resident set grows by when it imports the package and runs its first command, in fresh processes.
import { execFileSync } from 'node:child_process';
import { inBench } from '../lib/paths.mjs';
import { median, summarize } from '../lib/statistics.mjs';

const megabytes = (kilobytes) => kilobytes / 1024;

export async function measure({ rounds }, scene) {
  const samples = Array.from({ length: rounds }, () =>
    JSON.parse(
      execFileSync(process.execPath, [inBench('lib/fresh_process.mjs'), '--memory'], {
        cwd: scene.workspace,
        encoding: 'utf8',
      }),
    ),
  );
  const part = (pick) => `${megabytes(median(samples.map(pick))).toFixed(1)} MB`;
  return {
    ...summarize(samples.map((sample) => megabytes(sample.import.all + sample.run.all))),
    detail:
      `import ${part((sample) => sample.import.all)}, first run ${part((sample) => sample.run.all)}; ` +
      `${part((sample) => sample.import.own + sample.run.own)} of it is not shared with other processes`,
  };
}
