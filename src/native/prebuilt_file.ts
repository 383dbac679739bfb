import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { crypto } from '../builtins.js';

function manifestOf(root: string): Readonly<Record<string, unknown>> {
  try {
    const { files } = JSON.parse(readFileSync(join(root, 'prebuilds', 'manifest.json'), 'utf8')) as {
      readonly files?: Readonly<Record<string, unknown>>;
    };
    return files ?? {};
  } catch {
    return {};
  }
}

/**
 * What is wrong with a prebuilt file of the package, as a sentence; the empty string when it is what was published. Asked only when it could
 * not be loaded: nothing is hashed otherwise.
 */
export function damageOf(root: string, name: string): string {
  const file = join(root, 'prebuilds', name);
  const published = manifestOf(root)[name];
  if (published === undefined) return `This version has no ${join('prebuilds', name)}.`;
  if (!existsSync(file)) return `${file} is missing, though it was published.`;
  const hash = crypto().createHash('sha256').update(readFileSync(file)).digest('hex');
  if (hash === published) return '';
  return `${file} is not what was published: its SHA-256 is not that of prebuilds/manifest.json. It is damaged or was changed.`;
}
