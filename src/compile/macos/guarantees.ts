import { type Guarantee, type GuaranteeReport, type MacosProbe, type SandboxPolicy } from '../../types.js';
import { writesNothing } from '../means.js';
import { full, none, notPromised, partial } from '../report.js';

const seatbelt = 'Seatbelt profile';

/** What a thread of the addon looks at again and again. macOS has limits of processes one by one, and of a user; none of a tree. */
function reportLimits({ limits, confined }: SandboxPolicy, probe: MacosProbe): GuaranteeReport {
  const { memoryBytes, cpuMs, processes, addressSpaceBytes, files, fileSizeBytes } = limits;
  const single = [cpuMs, addressSpaceBytes, files, fileSizeBytes].some((limit) => limit !== undefined);
  if (single && !probe.launcher)
    return none('nothing', 'the launcher, which sets resource limits, is missing');
  const mechanism = 'resource limits of the kernel; time and output by the thread that watches the run';
  const watched = [
    ...(memoryBytes === undefined ? [] : ['memory of the whole run']),
    ...(cpuMs === undefined ? [] : ['CPU time of the whole run']),
    ...(processes === undefined ? [] : ['number of processes']),
  ];
  // The kernel takes this limit and does not count every mapping against it.
  const weak =
    addressSpaceBytes === undefined ? [] : ['the address space is limited as far as the kernel counts it'];
  if (watched.length === 0 && weak.length === 0) return full(mechanism);
  const reasons = [
    ...(watched.length === 0 ? [] : [`a watchdog instead of the kernel holds: ${watched.join(', ')}`]),
    ...(watched.length === 0 || (confined && probe.sandboxCheck)
      ? []
      : ['it does not see a process that left the session and lost its parent']),
    ...weak,
  ];
  return partial(watched.length === 0 ? mechanism : `${mechanism}; watchdog`, reasons.join('; '));
}

/** The kernel ties no process to another one here: nothing dies with a parent, and a session can be left. */
function reportSurvivors({ confined }: SandboxPolicy, probe: MacosProbe): GuaranteeReport {
  const killed = 'when the host process itself is killed, nobody ends the run';
  if (confined && probe.sandboxCheck) {
    return partial('every process under the profile of the run is killed until none is left', killed);
  }
  return partial(
    'the session, the process group and all children are killed until none is left',
    `a process that left the session and lost its parent is not found; ${killed}`,
  );
}

function reportNetwork(policy: SandboxPolicy): GuaranteeReport {
  if (policy.base === 'net-read-only') {
    return none(
      'nothing',
      'its network goes through the egress broker, which this version does not have yet',
    );
  }
  if (policy.network === 'all') {
    return notPromised('this profile allows the whole network; network rules come with the egress broker');
  }
  return full(`${seatbelt}: no address, not even of this machine, and no resolver`);
}

function reportProtected(policy: SandboxPolicy): GuaranteeReport {
  const { protected: guarded, protectedLinks = [] } = policy.filesystem;
  if (writesNothing(policy)) return full('nothing of the workspace may be written');
  if (guarded.length + protectedLinks.length === 0)
    return full('no protected path is inside a tree that may be written');
  const mechanism = `${seatbelt}: names in every spelling, with the directories on the way to them`;
  if (guarded.every(({ kind }) => kind !== 'absent')) return full(mechanism);
  // Names are compared as text, and which texts name the same file is up to the file system.
  return partial(
    `${mechanism}; the rest is checked when the run ends`,
    'a volume that takes more for the same name than letters in either case and composed characters (HFS+, network volumes) can be made to hold a protected path that did not exist',
  );
}

function reportSecrets(policy: SandboxPolicy): GuaranteeReport {
  const list =
    policy.filesystem.read === 'minimal'
      ? 'allow list of reads without credential files'
      : 'credential files denied';
  return full(`${seatbelt}: ${list}; their names stay visible`);
}

/** Nothing confines without `sandbox-exec`, and inside of another profile the kernel refuses a second. */
export function seatbeltProblem(probe: MacosProbe): string | undefined {
  if (!probe.sandboxExec) return '/usr/bin/sandbox-exec is not there';
  if (probe.nested)
    return 'this process runs under a Seatbelt profile itself, and the kernel allows no second one';
  if (!probe.launcher) return 'the launcher is missing';
  return undefined;
}

/** The enforcement report of one policy on one Mac. */
export function reportMacos(
  policy: SandboxPolicy,
  probe: MacosProbe,
): Readonly<Record<Guarantee, GuaranteeReport>> {
  const survivors = reportSurvivors(policy, probe);
  const limits = reportLimits(policy, probe);
  const problem = policy.confined ? seatbeltProblem(probe) : undefined;
  const open = problem === undefined ? notPromised() : none('nothing', problem);
  if (!policy.confined || problem !== undefined) {
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
    'fs-write': full(`${seatbelt}, hard links denied`),
    'fs-metadata': full(seatbelt),
    'fs-protected': reportProtected(policy),
    'fs-secrets': reportSecrets(policy),
    network: reportNetwork(policy),
    'host-sockets':
      policy.network === 'all'
        ? full(`${seatbelt}: of unix sockets only those in the scratch directory and the resolver's`)
        : full(`${seatbelt}: of unix sockets only those in the scratch directory`),
    processes: full(
      `${seatbelt}: signals and process information end at the sandbox; no task port, no list of processes`,
    ),
    privilege: full(`${seatbelt} refuses programs with a setuid bit`),
    survivors,
    limits,
  };
}
