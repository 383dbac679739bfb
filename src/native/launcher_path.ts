import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { UnsupportedError } from '../errors.js';
import { nativeFile } from './load.js';

let found: string | undefined;

/** The static launcher that `wrap` starts. It is built and shipped next to the addon. */
export function launcherPath(): string {
  if (found !== undefined) return found;
  const file = join(dirname(nativeFile()), 'moated-launcher');
  if (!existsSync(file)) {
    throw new UnsupportedError(
      'ERR_ADDON_NOT_LOADED',
      `The launcher ${file} is missing. Reinstall moated, or build it from a checkout with \`npm run build:native\`.`,
      { subject: file },
    );
  }
  found = file;
  return file;
}
