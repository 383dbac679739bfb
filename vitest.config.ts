import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const workers = Math.max(1, Math.min(4, availableParallelism()));

// Every folder is a project, so that `vitest --project attack` and a path both select it.
const folders = ['unit', 'e2e', 'attack', 'compat', 'packaging', 'types'] as const;

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
        ...(name === 'packaging' ? { globalSetup: ['test/packaging/setup.ts'] } : {}),
      },
    })),
    testTimeout: 30_000,
    hookTimeout: 30_000,
    typecheck: { enabled: false },
  },
});
