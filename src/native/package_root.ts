import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function isPackageRoot(directory: string): boolean {
  const file = join(directory, 'package.json');
  if (!existsSync(file)) return false;
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return (
    typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === 'moated'
  );
}

/** The folder of this module, or of the bundle that it became. A bundle in CommonJS that was made from the ES module does not know. */
export function moduleFolder(): string | undefined {
  const url = import.meta.url as string | undefined;
  return url === undefined ? undefined : dirname(fileURLToPath(url));
}

/**
 * The folder that holds `build/` and `prebuilds/`. Found by walking up, since this file runs from `src/native`, and bundled from `dist`.
 * Undefined when a bundler has moved the code out of the package.
 */
export function packageRoot(): string | undefined {
  let directory = moduleFolder();
  while (directory !== undefined) {
    if (isPackageRoot(directory)) return directory;
    const parent = dirname(directory);
    directory = parent === directory ? undefined : parent;
  }
  return undefined;
}
