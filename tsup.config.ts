import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig, type Options } from 'tsup';

const common: Options = {
  target: 'node20',
  platform: 'node',
  tsconfig: 'tsconfig.build.json',
  outDir: process.env['MOATED_DIST'] ?? 'dist',
  splitting: false,
  treeshake: true,
};

/**
 * What an ES module imports of Node's own by name is copied into a namespace first, which runs every getter of the module and loads
 * what they stand for: half of the time that importing moated takes.
 */
const builtinsWithoutNamespaces: NonNullable<Options['plugins']>[number] = {
  name: 'builtins-without-namespaces',
  renderChunk(code) {
    if (this.format !== 'esm') return undefined;
    const pattern = /^import \{([^}]*)\} from ["'](?:node:)?([\w/]+)["'];$/gm;
    return {
      code: code.replace(pattern, (_, names: string, module: string) => {
        return `const {${names.replaceAll(' as ', ': ')}} = process.getBuiltinModule('node:${module}');`;
      }),
    };
  },
};

/** One configuration each, so that the types of an entry are one file as well. */
const library = (name: string, file: string): Options => ({
  ...common,
  entry: { [name]: file },
  format: ['esm', 'cjs'],
  dts: true,
  esbuildOptions(options, { format }) {
    if (format !== 'cjs') return;
    // Where the loader looks for the addon. tsup's own shim takes a `#`, `?` or `%` in a path for a part of a URL.
    options.define = { ...options.define, 'import.meta.url': 'moduleUrl' };
    const file = `typeof __filename === 'string' ? require('node:url').pathToFileURL(__filename).href : undefined`;
    options.banner = { js: `'use strict';\nconst moduleUrl = ${file};` };
  },
  plugins: [builtinsWithoutNamespaces],
  esbuildPlugins: [
    {
      // Vetting is loaded when it is asked for, from the file below.
      name: 'lazy-engine',
      setup: (build) => {
        build.onResolve({ filter: /^\.\/engine\.js$/ }, () => ({
          path: resolve('src/vetting/engine_lazy.ts'),
        }));
      },
    },
  ],
});

// Rules, shell parser and the policy that ships. The parser is bundled, so its licence travels with it.
const execpolicy: Options = {
  ...common,
  entry: { execpolicy: 'src/vetting/engine.ts' },
  format: ['cjs'],
  minify: true,
  banner: {
    js: `/*! unbash is part of this file.\n${readFileSync('node_modules/unbash/LICENSE', 'utf8')}*/`,
  },
};

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
  [...libraries, execpolicy, cli].filter(({ entry }) =>
    Object.values(entry as Record<string, string>).every((file) => existsSync(file)),
  ),
);
