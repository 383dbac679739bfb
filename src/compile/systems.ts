import { UnsupportedError } from '../errors.js';
import { linuxSystem } from './linux_system.js';
import { macosSystem } from './macos/system.js';
import { type System } from './system.js';
import { windowsSystem } from './windows/system.js';

const systems: Readonly<Partial<Record<NodeJS.Platform, System>>> = {
  linux: linuxSystem,
  darwin: macosSystem,
  win32: windowsSystem,
};

/** The system of a platform. The probe that it is handed is that of the same platform. */
export function systemOf(platform: NodeJS.Platform): System {
  const system = systems[platform];
  if (system !== undefined) return system;
  throw new UnsupportedError(
    'ERR_UNSUPPORTED_PLATFORM',
    `moated enforces on ${Object.keys(systems).join(', ')} only; this is ${platform}. Run it in a Linux container or virtual machine.`,
    { subject: platform },
  );
}
