import { type Probe } from '../types.js';
import { nativeBinding } from './load.js';

let cached: Probe | undefined;

function probe(): Probe {
  let cgroup: boolean | undefined;
  return {
    ...nativeBinding().probe(),
    // Making a control group costs more than the rest of the probe, and few policies have a limit that needs one.
    get cgroup() {
      return (cgroup ??= nativeBinding().probeCgroup());
    },
  };
}

/** What this machine can enforce. Asked once: the answer does not change while the process lives. */
export function machineProbe(): Probe {
  cached ??= probe();
  return cached;
}
