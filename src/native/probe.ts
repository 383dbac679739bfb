import { type Probe } from '../types.js';
import { nativeBinding } from './load.js';

let cached: Probe | undefined;

/** What this machine can enforce. Asked once: the answer does not change while the process lives. */
export function machineProbe(): Probe {
  cached ??= nativeBinding().probe();
  return cached;
}
