import { existsSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

const common: Options = {
  target: 'node20',
  platform: 'node',
  tsconfig: 'tsconfig.build.json',
  outDir: process.env['MOATED_DIST'] ?? 'dist',
  splitting: false,
  treeshake: true,
};

/** One configuration each, so that the types of an entry are one file as well. */
const library = (name: string, file: string): Options => ({
  ...common,
  entry: { [name]: file },
  format: ['esm', 'cjs'],
  dts: true,
  // import.meta.url in the CommonJS output, where the loader looks for the addon.
  shims: true,
});

const libraries = [
  library('index', 'src/index.ts'),
  library('audit_log', 'src/audit_log.ts'),
  library('otel', 'src/integrations/otel.ts'),
  library('pino', 'src/integrations/pino.ts'),
];

// The command line uses the public API only. Its entries stay files of their own instead of second copies inside.
const cli: Options = {
  ...common,
  entry: { 'cli/main': 'src/cli/main.ts' },
  format: ['esm'],
  external: [/^\.\.\/(?:index|audit_log)\.js$/],
};

// A tree in which an entry point is still missing builds the other one.
export default defineConfig(
  [...libraries, cli].filter(({ entry }) =>
    Object.values(entry as Record<string, string>).every((file) => existsSync(file)),
  ),
);
