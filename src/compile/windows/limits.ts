import { type GuaranteeReport, type Limits, type SandboxPolicy, type WindowsProbe } from '../../types.js';
import { type Watchdog } from '../limit_guarantees.js';
import { full, partial } from '../report.js';

type Names = readonly (keyof Limits)[];

function asked(limits: Limits, names: Names): Names {
  return names.filter((name) => limits[name] !== undefined);
}

/** Limits that nothing here holds: Windows has no limit of open files or of the size of a file. */
export function notHeld(limits: Limits, probe: WindowsProbe): Names {
  const job: Names = probe.jobLimits ? [] : ['memoryBytes', 'addressSpaceBytes'];
  return asked(limits, ['files', 'fileSizeBytes', ...job]);
}

export function windowsWatchdog({ processes, cpuMs }: Limits, probe: WindowsProbe): Watchdog {
  return { memory: 0, processes: probe.jobLimits ? 0 : (processes ?? 0), cpuMs: cpuMs ?? 0 };
}

export function limitDirectives({ limits }: SandboxPolicy): readonly string[] {
  const { cpuMs, memoryBytes, addressSpaceBytes, processes } = limits;
  const values: readonly (readonly [string, number | undefined])[] = [
    ['cpu', cpuMs],
    ['memory', memoryBytes],
    ['process-memory', addressSpaceBytes],
    ['processes', processes],
  ];
  return values.flatMap(([name, value]) =>
    value === undefined ? [] : ['limit', name, String(Math.ceil(value))],
  );
}

export function reportWindowsLimits({ limits }: SandboxPolicy, probe: WindowsProbe): GuaranteeReport {
  const reasons = [
    ...notHeld(limits, probe).map((name) => `nothing holds ${name}`),
    ...(limits.scratchBytes === undefined ? [] : ['the private scratch folder may grow without a limit']),
    ...(limits.processes === undefined ? [] : ['threads are not counted as processes']),
    ...(limits.processes !== undefined && !probe.jobLimits ? ['a watchdog counts the processes'] : []),
    ...(limits.cpuMs === undefined ? [] : ['the job counts CPU time in user mode only, a watchdog the rest']),
    ...(limits.addressSpaceBytes === undefined
      ? []
      : ['committed memory of a process is limited in place of its address space']),
  ];
  const mechanism = probe.jobLimits
    ? 'limits of the job object; time and output by the thread that watches the run'
    : 'time and output by the thread that watches the run';
  return reasons.length === 0 ? full(mechanism) : partial(mechanism, reasons.join('; '));
}
