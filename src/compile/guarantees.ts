import { type Guarantee, type GuaranteeReport, type LinuxProbe, type SandboxPolicy } from '../types.js';
import { reportMetadata, reportProtected, reportSecrets, reportWrite } from './filesystem_guarantees.js';
import { reportLimits } from './limit_guarantees.js';
import { type Means } from './means.js';
import { full, none, notPromised, partial } from './report.js';

const noSeccomp = 'seccomp is not available';

function reportNetwork(policy: SandboxPolicy, means: Means, probe: LinuxProbe): GuaranteeReport {
  if (policy.base === 'net-read-only') {
    return none(
      'nothing',
      'its network goes through the egress broker, which this version does not have yet',
    );
  }
  if (policy.network === 'all') {
    return notPromised('this profile allows the whole network; network rules come with the egress broker');
  }
  if (means.netNamespace) return full('network namespace with a private loopback');
  if (!means.seccomp) return none('nothing', noSeccomp);
  return full(
    means.landlock && probe.landlockNet
      ? 'seccomp refuses network sockets, Landlock refuses TCP'
      : 'seccomp refuses network sockets',
  );
}

function reportHostSockets(means: Means, probe: LinuxProbe): GuaranteeReport {
  if (!means.seccomp) return none('nothing', noSeccomp);
  return full(
    means.landlock && probe.landlockAbstractUnixScope
      ? 'seccomp refuses AF_UNIX sockets, Landlock scopes abstract ones'
      : 'seccomp refuses AF_UNIX sockets',
  );
}

function reportProcesses(means: Means, probe: LinuxProbe): GuaranteeReport {
  if (means.pidNamespace) return full('pid namespace with a fresh /proc');
  if (!means.landlock || !means.seccomp)
    return none('nothing', 'Landlock and seccomp are needed without namespaces');
  if (!probe.landlockSignalScope) {
    return partial(
      'Landlock refuses tracing, seccomp refuses changes of other processes',
      'signals reach other processes of this user: the signal scope of Landlock (ABI 6, Linux 6.12) is missing',
    );
  }
  return full(
    'Landlock refuses tracing and scopes signals, seccomp refuses the rest; other processes stay visible in /proc',
  );
}

function reportPrivilege(means: Means): GuaranteeReport {
  if (!means.seccomp)
    return partial('no_new_privs, no capabilities', 'new user namespaces can be made: ' + noSeccomp);
  return full('no_new_privs, no capabilities, seccomp refuses new namespaces');
}

function reportSurvivors(policy: SandboxPolicy, means: Means, probe: LinuxProbe): GuaranteeReport {
  if (means.pidNamespace) return full('the kernel kills the pid namespace with its init');
  if (!policy.confined) {
    return partial(
      'subreaper that kills every descendant',
      'a program that runs as another user can outlive it',
    );
  }
  if (means.landlock && probe.landlockSignalScope) {
    return full('subreaper that kills every descendant, out of reach by the Landlock signal scope');
  }
  return partial(
    'subreaper that kills every descendant',
    'the run can kill its own reaper: the signal scope of Landlock (ABI 6, Linux 6.12) is missing',
  );
}

/** The enforcement report of one policy on one machine. */
export function reportGuarantees(
  policy: SandboxPolicy,
  means: Means,
  probe: LinuxProbe,
): Readonly<Record<Guarantee, GuaranteeReport>> {
  const survivors = reportSurvivors(policy, means, probe);
  const limits = reportLimits(policy, means, probe);
  if (!policy.confined) {
    const open = notPromised();
    return {
      'fs-write': open,
      'fs-metadata': open,
      'fs-protected': open,
      'fs-secrets': open,
      network: open,
      'host-sockets': open,
      processes: open,
      privilege: open,
      survivors,
      limits,
    };
  }
  return {
    'fs-write': reportWrite(means, probe),
    'fs-metadata': reportMetadata(policy, means),
    'fs-protected': reportProtected(policy, means),
    'fs-secrets': reportSecrets(policy, means),
    network: reportNetwork(policy, means, probe),
    'host-sockets': reportHostSockets(means, probe),
    processes: reportProcesses(means, probe),
    privilege: reportPrivilege(means),
    survivors,
    limits,
  };
}
