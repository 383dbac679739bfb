import { realpathSync, statSync } from 'node:fs';

import { candidateLayout, type SystemLayout } from '../compile/system_paths.js';

let cached: SystemLayout | undefined;

function canonical(path: string): string[] {
  try {
    return [realpathSync.native(path)];
  } catch {
    return [];
  }
}

function isDevice(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isCharacterDevice() ?? false;
}

/** The system paths of this machine: /bin is often a link to /usr/bin, and a plan names no links and nothing that is missing. */
export function systemLayout(): SystemLayout {
  cached ??= {
    readable: [...new Set(candidateLayout.readable.flatMap(canonical))],
    devices: candidateLayout.devices.filter(isDevice),
  };
  return cached;
}
