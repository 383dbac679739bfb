import { type LinuxProbe, type Probe } from '../types.js';
import { type NativeBinding } from './binding.js';
import { describeErrno } from './errno.js';
import { nativeBinding } from './load.js';

let cached: Probe | undefined;

type Facts = ReturnType<NativeBinding['probe']>;

/** `{ 'a.b': 1 }` as `{ a: { b: 1 } }`. */
function nest(facts: Facts): Readonly<Record<string, unknown>> {
  const nested: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(facts)) {
    const [outer = '', inner] = name.split('.');
    if (inner === undefined) nested[outer] = value;
    else nested[outer] = { ...(nested[outer] as object | undefined), [inner]: value };
  }
  return nested;
}

function linuxProbe(facts: Facts): LinuxProbe {
  let cgroup: boolean | undefined;
  const { namespacesFailure, ...rest } = nest(facts) as unknown as Omit<LinuxProbe, 'system' | 'cgroup'>;
  return {
    system: 'linux',
    ...rest,
    ...(namespacesFailure && {
      namespacesFailure: { ...namespacesFailure, message: describeErrno(namespacesFailure.errno) },
    }),
    // Making a control group costs more than the rest of the probe, and few policies have a limit that needs one.
    get cgroup() {
      return (cgroup ??= nativeBinding().probeCgroup());
    },
  };
}

function probeOf(platform: NodeJS.Platform, facts: Facts): Probe {
  if (platform === 'linux') return linuxProbe(facts);
  // The addon of a system names its facts as the probe of that system does.
  return { system: platform === 'darwin' ? 'macos' : 'windows', ...nest(facts) } as unknown as Probe;
}

/** What this machine can enforce. Asked once: the answer does not change while the process lives. */
export function machineProbe(): Probe {
  cached ??= probeOf(process.platform, nativeBinding().probe());
  return cached;
}
