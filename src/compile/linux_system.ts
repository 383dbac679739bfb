import { type LinuxProbe } from '../types.js';
import { compileLinux } from './linux.js';
import { requireMinimum, whyNoNamespaces } from './minimum.js';
import { type System } from './system.js';

function notes(probe: LinuxProbe): readonly string[] {
  const found: string[] = [];
  if (probe.landlockState === 'missing')
    found.push('Landlock is not built into this kernel: use Linux 6.12 or later.');
  if (probe.landlockState === 'disabled') found.push('Landlock is disabled: boot with `lsm=landlock,...`.');
  if (probe.landlockState === 'enabled' && !probe.landlockSignalScope) {
    found.push(`Landlock ABI ${probe.landlockAbi} has no signal scope: use Linux 6.12 or later.`);
  }
  if (!probe.seccomp)
    found.push('seccomp filters are not available: use a kernel with CONFIG_SECCOMP_FILTER.');
  if (!probe.namespaces)
    found.push(`User namespaces are not available${whyNoNamespaces(probe)}: runs use the light tier.`);
  if (probe.uid === 0) found.push('Running as root: the kernel exempts uid 0 from its limit on processes.');
  return found;
}

export const linuxSystem: System = {
  name: 'linux',
  compile: compileLinux,
  requireMinimum,
  notes,
};
