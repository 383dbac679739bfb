import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { denialRows } from '../../../src/compile/platforms/denials.js';
import { platforms, verifiedOn } from '../../../src/compile/platforms/platforms.js';
import { type Rows, type Target } from '../../../src/compile/platforms/row.js';
import { targets } from '../../../src/compile/platforms/targets.js';
import { systemOf } from '../../../src/compile/systems.js';
import {
  type Enforcement,
  type Guarantee,
  type LinuxProbe,
  type Probe,
  type SandboxPolicy,
} from '../../../src/types.js';
import { light, machines, policy, standard } from './machines.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const systems = Object.entries(platforms) as [Target['system'], Rows][];
const node = { linux: 'linux', macos: 'darwin', windows: 'win32' } as const;

/** Whether the compiler of this system is there yet. */
const built = (system: Target['system']): boolean =>
  system === 'linux' || existsSync(join(root, 'src/compile', system, 'system.ts'));

/** Machines of each system, the best one first. Those of the other systems have every boolean that their probes know. */
const probes: Readonly<Record<Target['system'], readonly unknown[]>> = {
  linux: [
    { ...standard, cgroup: true },
    ...Object.values(machines),
    { ...light, landlockNet: false },
    { ...light, landlockSignalScope: false },
    { ...light, landlockAbstractUnixScope: false },
  ] satisfies readonly LinuxProbe[],
  macos: [
    {
      system: 'macos',
      version: '14.5',
      sandboxExec: true,
      sandboxCheck: true,
      nested: false,
      launcher: true,
      uid: 501,
    },
  ],
  windows: [
    {
      ...{ system: 'windows', build: 22_631, wine: false, appContainer: true, restrictedToken: true },
      ...{ jobLimits: true, lowIntegrity: true, inJob: false, elevated: false },
    },
  ],
};

const plain: SandboxPolicy['filesystem'] = policy('workspace-write').filesystem;
const policies: readonly SandboxPolicy[] = [
  policy('workspace-write'),
  policy('workspace-write', { limits: { memoryBytes: 1 << 30 } }),
  policy('workspace-write', { limits: { memoryBytes: 1 << 30, cpuMs: 1000 } }),
  policy('workspace-write', {
    filesystem: { protected: plain.protected.filter(({ kind }) => kind !== 'absent') },
  }),
  policy('workspace-net'),
  policy('offline'),
];

/** The same policy with the paths of Windows. */
function onWindows(one: SandboxPolicy): SandboxPolicy {
  const text = JSON.stringify(one, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith('/') ? `C:${value.replaceAll('/', '\\')}` : value,
  );
  return JSON.parse(text) as SandboxPolicy;
}

const policiesOf = (system: Target['system']): readonly SandboxPolicy[] =>
  system === 'windows' ? policies.map(onWindows) : policies;

/** Every mechanism that the compiler of a system reports for a guarantee. */
function reported(system: Target['system'], guarantee: Guarantee): ReadonlySet<string> {
  const { compile } = systemOf(node[system]);
  const reports: readonly Enforcement[] = probes[system].flatMap((probe) =>
    policiesOf(system).map((one) => compile(one, probe as Probe).enforcement),
  );
  return new Set(reports.map(({ guarantees }) => guarantees[guarantee].mechanism));
}

describe.each(systems)('the table of %s', (system, rows) => {
  it('has every guarantee of the enforcement report', () => {
    const { enforcement } = systemOf('linux').compile(policy('offline'), standard);
    expect(Object.keys(rows).sort()).toEqual(Object.keys(enforcement.guarantees).sort());
  });

  it.runIf(built(system)).each(Object.keys(rows) as Guarantee[])(
    'says of %s what the compiler says',
    (guarantee) => {
      const known = reported(system, guarantee);
      for (const { mechanism } of rows[guarantee].ways) expect([...known]).toContain(mechanism);
    },
  );

  it.runIf(built(system))('leaves out nothing that the best machine does', () => {
    const { compile } = systemOf(node[system]);
    const [best] = probes[system] as readonly [Probe];
    const [, one] = policiesOf(system);
    const { guarantees } = compile(one!, best).enforcement;
    for (const [guarantee, row] of Object.entries(rows) as [Guarantee, Rows[Guarantee]][]) {
      // The whole network is not a promise of this profile's.
      if (guarantee === 'network') continue;
      expect(row.ways.map(({ mechanism }) => mechanism)).toContain(guarantees[guarantee].mechanism);
    }
  });
});

it.each(systems.filter(([system]) => built(system)))(
  'refusals on %s are told as the table says, or not at all',
  (system) => {
    const [best] = probes[system] as readonly [Probe];
    const [one] = policiesOf(system);
    const { denials } = systemOf(node[system]).compile(one!, best).enforcement;
    expect(denials?.mechanism).toBe(denialRows[system]?.ways[0].mechanism);
  },
);

/** The test files of a path of the table. */
function testsAt(path: string): readonly string[] {
  const file = join(root, path);
  if (!existsSync(file)) return [];
  if (!statSync(file).isDirectory()) return path.startsWith('test/') ? [path] : [];
  expect(path, 'a folder').toMatch(/\/$/);
  return readdirSync(file, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.test\.|(?:run|check)\.mjs$/.test(name),
  );
}

describe('every claim', () => {
  const claims = [
    ...systems.flatMap(([system, rows]) =>
      Object.entries(rows).map(([name, row]) => ({ system, name: `${system} ${name}`, ...row })),
    ),
    ...Object.entries(denialRows).map(([system, row]) => ({
      ...{ system: system as Target['system'], name: `${system} denials` },
      ...row,
    })),
    ...targets,
  ].filter(({ system }) => built(system));

  it.each(claims)('$name has a test that exists', ({ tests }) => {
    expect(tests.length).toBeGreaterThan(0);
    for (const path of tests) expect(testsAt(path), path).not.toEqual([]);
  });

  it('is said in words', () => {
    for (const [, rows] of systems) {
      for (const { ways } of Object.values(rows)) {
        for (const { mechanism, minimum, missing } of ways) {
          for (const text of [mechanism, minimum, missing ?? 'nothing']) expect(text).toMatch(/\w/);
        }
      }
    }
  });
});

describe('what was verified', () => {
  it('is everything on the machine that the tests run on', () => {
    expect(new Set(Object.values(verifiedOn('linux-x64-glibc')!))).toEqual(new Set(['run']));
  });

  it('is no more on a target than on its system, and no more than the target itself', () => {
    const rank = ['inspected', 'emulated', 'run'];
    for (const { name, system, verified } of targets) {
      for (const [guarantee, grade] of Object.entries(verifiedOn(name)!) as [Guarantee, string][]) {
        expect(rank.indexOf(grade), name).toBeLessThanOrEqual(rank.indexOf(verified));
        expect(rank.indexOf(grade), name).toBeLessThanOrEqual(
          rank.indexOf(platforms[system][guarantee].verified),
        );
      }
    }
  });

  it('is nothing on a machine that the package has no addon for', () => {
    expect(verifiedOn('linux-riscv64-glibc')).toBeUndefined();
  });

  it('names the targets that are built', async () => {
    const { targets: table } = (await import(
      pathToFileURL(join(root, 'scripts/prebuild/targets.mjs')).href
    )) as { readonly targets: Readonly<Record<string, unknown>> | readonly { readonly name: string }[] };
    const names = Array.isArray(table)
      ? table.map(({ name }: { readonly name: string }) => name)
      : ['linux-x64-glibc'];
    const known = targets.map(({ name }) => name);
    for (const name of names) expect(known).toContain(name);
    if (Array.isArray(table)) expect([...names].sort()).toEqual([...known].sort());
  });
});

describe('docs/platforms.md', () => {
  it('is what `npm run docs:platforms` writes', async () => {
    const { platformsPage } = (await import(
      pathToFileURL(join(root, 'scripts/lib/platforms-page.mjs')).href
    )) as { platformsPage(): Promise<string> };
    expect(readFileSync(join(root, 'docs/platforms.md'), 'utf8')).toBe(await platformsPage());
  });
});
