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

const library: Options = {
  ...common,
  entry: { index: 'src/index.ts' },
  format: ['esm', 'cjs'],
  dts: true,
  // import.meta.url in the CommonJS output, where the loader looks for the addon.
  shims: true,
  plugins: [builtinsWithoutNamespaces],
};

// The command line uses the public API only. ../index.js stays a file of its own instead of a second copy inside.
const cli: Options = {
  ...common,
  entry: { 'cli/main': 'src/cli/main.ts' },
  format: ['esm'],
  external: [/^\.\.\/index\.js$/],
};

// A tree in which an entry point is still missing builds the other one.
export default defineConfig(
  [library, cli].filter(({ entry }) =>
    Object.values(entry as Record<string, string>).every((file) => existsSync(file)),
  ),
);
