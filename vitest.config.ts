import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const workers = Math.max(1, Math.min(4, availableParallelism()));

// Every folder is a project, so that `vitest --project attack` and a path both select it.
const folders = ['unit', 'e2e', 'attack', 'compat', 'packaging', 'types'] as const;

// They start npm and compilers: on a busy machine that takes minutes.
const packaging = {
  globalSetup: ['test/packaging/setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 600_000,
};

export default defineConfig({
  test: {
    // Forks, not worker threads: the addon starts processes, and parent-death signals follow the thread that made them.
    pool: 'forks',
    maxWorkers: workers,
    passWithNoTests: true,
    projects: folders.map((name) => ({
      extends: true as const,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        ...(name === 'packaging' ? packaging : {}),
      },
    })),
    testTimeout: 30_000,
    hookTimeout: 30_000,
    typecheck: { enabled: false },
  },
});
