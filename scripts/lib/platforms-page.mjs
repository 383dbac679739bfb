import { build } from 'esbuild';
import { kernels } from '../targets/kernels.mjs';
import { at } from './paths.mjs';

const words = {
  run: '**run** on a real system',
  emulated: 'run under an **emulator**',
  inspected: 'built and **inspected** only',
};
const systems = { linux: 'Linux', macos: 'macOS', windows: 'Windows' };

const cell = (text) => text.replaceAll('|', '\\|');
const row = (cells) => `| ${cells.map(cell).join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const links = (tests) => tests.map((test) => `[${test}](../${test})`).join(', ');

/** The modules of the table, which are TypeScript. */
async function load() {
  const contents = `export * from './platforms.js'; export * from './targets.js'; export * from './denials.js';`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: at('src/compile/platforms'), loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

function targetTable(targets) {
  const rows = targets.map(({ name, minimum, verified, how, tests }) => [
    `\`${name}\``,
    minimum,
    `${words[verified]}: ${how}`,
    links(tests),
  ]);
  return table(['target', 'needs', 'verified', 'tests'], rows);
}

function systemTable(rows) {
  const lines = Object.entries(rows).flatMap(([guarantee, { ways, verified, tests }]) =>
    ways.map(({ mechanism, minimum, missing }, index) => [
      index === 0 ? `\`${guarantee}\`` : '',
      mechanism,
      minimum,
      missing ?? 'nothing',
      index === 0 ? words[verified] : '',
      index === 0 ? links(tests) : '',
    ]),
  );
  return table(['guarantee', 'mechanism', 'from', 'what is missing', 'verified', 'tests'], lines);
}

function kernelTable() {
  const answer = (confines) => (confines ? 'run' : 'are refused');
  const rows = kernels.map(({ name, abi, confines }) => [
    name,
    abi === 0 ? 'none' : `ABI ${abi}`,
    answer(confines.namespaces),
    answer(confines.light),
  ]);
  return table(['Linux', 'Landlock', 'with user namespaces', 'without'], rows);
}

/** The text of docs/platforms.md. */
export async function platformsPage() {
  const { platforms, targets, denialRows } = await load();
  const sections = Object.entries(platforms).map(
    ([name, rows]) =>
      `## ${systems[name]}\n\n${systemTable(name in denialRows ? { ...rows, denials: denialRows[name] } : rows)}`,
  );
  return `<!-- Written by \`npm run docs:platforms\` from src/compile/platforms: edit that. -->

# What holds where

Every guarantee on every system: the mechanism in the words of the enforcement report, the oldest version that has it, what it does not give, how it was verified and the tests that did. Where a guarantee has several rows, the machine decides, and the best comes first. \`npx moated doctor\` shows the rows of yours, every result carries those of its run, and a run whose machine cannot give what its profile promises does not start.

*Verified* has three grades: ${words.run}; ${words.emulated}; ${words.inspected}. What was shown on one target of a system was not shown on the others: the lesser of the grades of target and guarantee holds. The workflows in \`.github/workflows\` run the tests on all targets but have not run yet, so nothing here counts on them.

\`denials\` is no guarantee: it says how what the kernel refuses gets into the \`violations\` of a result. Systems without that row do not tell.

The network of \`net-read-only\` and rules for hosts need the egress broker, which is not there yet on any system: such runs are refused.

## Targets

${targetTable(targets)}

## Kernels

Where \`offline\`, \`workspace-write\` and \`workspace-net\` run and where they are refused, as an ordinary user under the default \`compat\`; \`trusted\`, which confines nothing, runs on all. On each of these kernels the published binaries went through the operation matrix, chosen attacks with their controls and the installed package, in a virtual machine (\`npm run test:targets -- kernel\`), and no promise was broken. What was partial is in the tables below.

${kernelTable()}

${sections.join('\n\n')}
`;
}
