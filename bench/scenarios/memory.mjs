// What a host's resident set grows by when it imports the package and runs its first command, in fresh processes.
import { execFileSync } from 'node:child_process';
import { inBench } from '../lib/paths.mjs';
import { median, summarize } from '../lib/statistics.mjs';

const megabytes = (bytes) => bytes / 2 ** 20;

export async function measure({ rounds }, scene) {
  const samples = Array.from({ length: rounds }, () =>
    JSON.parse(
      execFileSync(process.execPath, [inBench('lib/fresh_process.mjs'), '--memory'], {
        cwd: scene.workspace,
        encoding: 'utf8',
      }),
    ),
  );
  const part = (name) => megabytes(median(samples.map((sample) => sample[name]))).toFixed(1);
  return {
    ...summarize(samples.map((sample) => megabytes(sample.import + sample.run))),
    detail: `import ${part('import')} MB, first run ${part('run')} MB`,
  };
}
