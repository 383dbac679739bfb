import { isInsideAny } from '../profile/containment.js';
import { type GuaranteeReport, type LinuxProbe, type SandboxPolicy } from '../types.js';
import { type Means, writesNothing } from './means.js';
import { protectedAbsent, protectedRoots } from './paths.js';
import { full, none, partial } from './report.js';

const noConfinement = 'neither Landlock nor namespaces are available';

export function reportWrite(means: Means, probe: LinuxProbe): GuaranteeReport {
  if (means.mounts) {
    return full(means.landlock ? 'recursive read-only mounts, Landlock' : 'recursive read-only mounts');
  }
  if (!means.landlock) return none('nothing', noConfinement);
  if (!probe.landlockTruncate) {
    return partial('Landlock', 'truncate(2) can still empty files: Landlock ABI 3 (Linux 6.2) is missing');
  }
  return full('Landlock');
}

export function reportMetadata(policy: SandboxPolicy, means: Means): GuaranteeReport {
  if (means.mounts) return full('recursive read-only mounts');
  if (writesNothing(policy) && means.seccomp) return full('seccomp refuses the calls');
  return partial(
    means.seccomp && means.landlock ? 'Landlock keeps the content' : 'nothing',
    'mode, owner, times and attributes of your own files outside can be changed: namespaces are not available, and Landlock does not cover them',
  );
}

export function reportProtected(policy: SandboxPolicy, means: Means): GuaranteeReport {
  if (writesNothing(policy)) return full('nothing of the workspace may be written');
  const absent = protectedAbsent(policy);
  const links = policy.filesystem.protectedLinks ?? [];
  if (protectedRoots(policy).length + absent.length + links.length === 0) {
    return full('no protected path is inside a tree that may be written');
  }
  if (!means.mounts) {
    return partial(
      'checked when the run ends',
      'without a mount namespace, changes of protected paths are undone and reported when the run ends',
    );
  }
  if (absent.length + links.length === 0) return full('read-only mounts with pinned parents');
  return partial(
    'read-only mounts with pinned parents; the rest is checked when the run ends',
    links.length > 0
      ? 'symbolic links to protected paths can be replaced, and those that do not exist yet created; it is undone and reported when the run ends'
      : 'protected paths that do not exist yet can be created during the run; they are moved to quarantine and reported when it ends',
  );
}

export function reportSecrets(policy: SandboxPolicy, means: Means): GuaranteeReport {
  const { read, hidden, writable } = policy.filesystem;
  if (read === 'minimal' && !means.landlock) {
    return none('nothing', 'an allow list of reads needs Landlock, which this kernel lacks');
  }
  if (means.mounts) {
    return full(
      read === 'minimal'
        ? 'Landlock allow list of reads, credential files overmounted'
        : 'credential files overmounted',
    );
  }
  if (!means.landlock) return none('nothing', noConfinement);
  const writableSecrets = hidden.filter(({ path }) => isInsideAny(path, writable));
  if (writableSecrets.length > 0) {
    return partial(
      'Landlock read rules',
      `without a mount namespace, ${writableSecrets[0]?.path ?? ''} stays readable because it is inside a tree that may be written`,
    );
  }
  return full('Landlock read rules that leave them out; their names stay visible');
}
