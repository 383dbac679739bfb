/**
 * What the tests that run in virtual machines need of vitest: its own `expect`, and declarations that run one after the other. Node alone
 * runs it, which is there on every machine.
 */
import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const expect = chai.expect;

type Body = () => unknown;
type Hooks = Readonly<Record<'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach', Body[]>>;

interface Suite {
  readonly name: string;
  readonly skipped: boolean;
  readonly parent: Suite | undefined;
  readonly hooks: Hooks;
  readonly entries: (Suite | Test)[];
}

interface Test {
  readonly test: string;
  readonly skipped: boolean;
  readonly body: Body;
}

export interface Verdict {
  readonly name: string;
  /** `refused`: the product said with its own error that this machine cannot give what the profile promises. */
  readonly status: 'passed' | 'failed' | 'skipped' | 'refused';
  readonly message?: string;
}

function newSuite(name: string, parent: Suite | undefined, skipped: boolean): Suite {
  const hooks = { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] };
  return { name, parent, skipped, hooks, entries: [] };
}

const root = newSuite('', undefined, false);
let current = root;

/** `%s` and `$field` in the name of a test that is declared for several values. */
function titleOf(pattern: string, value: unknown): string {
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  let next = 0;
  return pattern
    .replaceAll(/%[sdj]/g, () => String(values[next++]))
    .replaceAll(/\$(\w+)/g, (_all, field: string) => String((value as Record<string, unknown>)[field]));
}

type Declare = (name: string, body: (...values: never[]) => unknown) => void;

function each(declare: Declare) {
  return (rows: readonly unknown[]) =>
    (name: string, body: (...values: unknown[]) => unknown): void => {
      for (const row of rows) {
        const values = Array.isArray(row) ? (row as unknown[]) : [row];
        declare(titleOf(name, row), () => body(...values));
      }
    };
}

function suite(skipped: boolean): Declare {
  return (name, body) => {
    const made = newSuite(name, current, skipped || current.skipped);
    current.entries.push(made);
    current = made;
    try {
      body();
    } finally {
      current = made.parent ?? root;
    }
  };
}

function test(skipped: boolean): Declare {
  return (name, body) => {
    current.entries.push({ test: name, body: body, skipped: skipped || current.skipped });
  };
}

function declaring(make: (skipped: boolean) => Declare) {
  const declare = make(false);
  return Object.assign(declare, {
    each: each(declare),
    skip: make(true),
    skipIf: (condition: boolean) => Object.assign(make(condition), { each: each(make(condition)) }),
    runIf: (condition: boolean) => Object.assign(make(!condition), { each: each(make(!condition)) }),
  });
}

export const describe = declaring(suite);
export const it = declaring(test);

const hook =
  (kind: keyof Hooks) =>
  (body: Body): void => {
    current.hooks[kind].push(body);
  };
export const beforeAll = hook('beforeAll');
export const afterAll = hook('afterAll');
export const beforeEach = hook('beforeEach');
export const afterEach = hook('afterEach');

/** Outermost first. */
function chain(one: Suite | undefined): readonly Suite[] {
  return one === undefined ? [] : [...chain(one.parent), one];
}

async function within(milliseconds: number, body: () => Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`took longer than ${milliseconds} ms`));
    }, milliseconds);
  });
  try {
    await Promise.race([body(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function attempt(name: string, body: () => Promise<unknown>): Promise<Verdict> {
  try {
    await within(120_000, body);
    return { name, status: 'passed' };
  } catch (error) {
    const message = (error instanceof Error ? error.message : String(error)).slice(0, 1500);
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    return { name, status: code === 'ERR_UNSUPPORTED_FEATURE' ? 'refused' : 'failed', message };
  }
}

async function runTest(one: Test, parent: Suite, name: string): Promise<Verdict> {
  if (one.skipped) return { name, status: 'skipped' };
  return attempt(name, async () => {
    const suites = chain(parent);
    try {
      for (const { hooks } of suites) for (const body of hooks.beforeEach) await body();
      await one.body();
    } finally {
      for (const { hooks } of [...suites].reverse()) for (const body of hooks.afterEach) await body();
    }
  });
}

async function* runSuite(
  one: Suite,
  wanted: (name: string) => boolean,
  path: string,
): AsyncGenerator<Verdict> {
  const begun = one.skipped
    ? { name: path, status: 'passed' as const }
    : await attempt(`${path}: before all`, async () => {
        for (const body of one.hooks.beforeAll) await body();
      });
  if (begun.status !== 'passed') yield begun;
  else {
    for (const entry of one.entries) {
      const name = [path, 'test' in entry ? entry.test : entry.name].filter(Boolean).join(' > ');
      if (one === root && !wanted(name)) continue;
      if ('test' in entry) yield await runTest(entry, one, name);
      else yield* runSuite(entry, wanted, name);
    }
  }
  if (one.skipped) return;
  const ended = await attempt(`${path}: after all`, async () => {
    for (const body of one.hooks.afterAll) await body();
  });
  if (ended.status === 'failed') yield ended;
}

/** Runs what was declared, one after the other; `wanted` chooses by the name of the outermost `describe`. */
export function runAll(wanted: (name: string) => boolean): AsyncGenerator<Verdict> {
  return runSuite(root, wanted, '');
}
