import { statSync } from 'node:fs';

import { commonDevices } from '../compile/devices.js';

let cached: readonly string[] | undefined;

function isDevice(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isCharacterDevice() ?? false;
}

/** The common device nodes of this machine: some containers leave a few out, and a plan names nothing that is missing. */
export function machineDevices(): readonly string[] {
  // What looks like one of these names there is a file of the current drive.
  if (process.platform === 'win32') return [];
  cached ??= commonDevices.filter(isDevice);
  return cached;
}
