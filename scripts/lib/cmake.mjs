import { availableParallelism } from 'node:os';
import { mustNode } from './exec.mjs';
import { at } from './paths.mjs';

/**
 * Configures and builds with cmake-js. It always configures: cmake-js keeps the old options of a folder that was configured before.
 * @param {{ out: string, definitions: string[], target?: string, stdio?: unknown }} options
 */
export function cmake({ out, definitions, target, stdio = 'inherit' }) {
  const cmakeJs = at('node_modules/cmake-js/bin/cmake-js');
  const common = [
    '--log-level=error',
    `--directory=${at()}`,
    `--out=${out}`,
    ...definitions.map((d) => `--CD${d}`),
  ];
  mustNode(cmakeJs, ['configure', ...common, '--silent'], { stdio });
  const build = [`--parallel=${availableParallelism()}`, ...(target ? [`--target=${target}`] : [])];
  mustNode(cmakeJs, ['build', ...common, ...build], { stdio });
}
