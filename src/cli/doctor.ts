import {
  createSandbox,
  type Guarantee,
  type GuaranteeReport,
  type LinuxProbe,
  type MachineReport,
  type MacosProbe,
  type Probe,
  type ProfileReport,
  type Verification,
  type WindowsProbe,
} from '../index.js';
import { type Options, parse } from './arguments.js';
import { policyOptions, sandboxOptions } from './policy_options.js';
import { paint, printJson, type Terminal } from './terminal.js';
import { UsageError } from './usage_error.js';

export const doctorOptions: Options = {
  ...policyOptions,
  json: { type: 'boolean', help: 'one line of JSON' },
};

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function profileLines(report: ProfileReport, terminal: Terminal): readonly string[] {
  const word = report.runs
    ? paint('runs', 'green', terminal.stdout, terminal.env)
    : paint('refused', 'red', terminal.stdout, terminal.env);
  const weak = Object.entries(report.enforcement?.guarantees ?? {}).filter(
    ([, { status }]) => status !== 'full',
  );
  const tier = report.enforcement === undefined ? '' : `, tier ${report.enforcement.tier}`;
  return [
    `${report.profile}: ${word}${tier}`,
    ...(report.reason === undefined ? [] : [`  ${report.reason}`]),
    ...(report.enforcement?.tier === 'unconfined'
      ? ['  does not confine']
      : weak.map(([name, { status, reason }]) => `  ${name}: ${status} (${reason ?? ''})`)),
  ];
}

function linuxLines(probe: LinuxProbe): readonly string[] {
  return [
    `Landlock: ${probe.landlockState}${probe.landlockAbi > 0 ? `, ABI ${probe.landlockAbi}` : ''}`,
    `seccomp: ${yesNo(probe.seccomp)}`,
    `namespaces: ${yesNo(probe.namespaces)}`,
    `control groups: ${yesNo(probe.cgroup)}`,
  ];
}

function macosLines(probe: MacosProbe): readonly string[] {
  return [
    `macOS: ${probe.version}`,
    `sandbox-exec: ${yesNo(probe.sandboxExec)}`,
    `inside of a sandbox: ${yesNo(probe.nested)}`,
    `asking who belongs to a run: ${yesNo(probe.sandboxCheck)}`,
    `launcher: ${yesNo(probe.launcher)}`,
  ];
}

function windowsLines(probe: WindowsProbe): readonly string[] {
  return [
    `Windows build: ${probe.build}${probe.wine ? ' (Wine)' : ''}`,
    `AppContainer: ${yesNo(probe.appContainer)}`,
    `restricted token: ${yesNo(probe.restrictedToken)}`,
    `limits of a job: ${yesNo(probe.jobLimits)}`,
  ];
}

/** What is worth a line of each system's probe. */
const probeLines: Readonly<Record<Probe['system'], (probe: never) => readonly string[]>> = {
  linux: linuxLines,
  macos: macosLines,
  windows: windowsLines,
};

const verifications: Readonly<Record<Verification, string>> = {
  run: 'run on a real system',
  emulated: 'run under an emulator',
  inspected: 'built and inspected only',
};

/** This machine's row of docs/platforms.md, for the default profile. */
function rowLines({ profiles, verified }: MachineReport): readonly string[] {
  const enforcement = profiles.find(({ profile }) => profile === 'offline')?.enforcement;
  if (enforcement === undefined) return [];
  const { denials } = enforcement;
  const guarantees = Object.entries(enforcement.guarantees) as [Guarantee, GuaranteeReport][];
  return [
    '',
    'how `offline` is enforced here, and how that was verified (docs/platforms.md):',
    ...guarantees.map(([name, { status, mechanism }]) => {
      const how = verified === undefined ? 'not verified' : verifications[verified[name]];
      return `  ${name}: ${status}, ${mechanism} (${how})`;
    }),
    ...(denials === undefined
      ? []
      : [`what is refused is told: ${denials.status}, ${denials.mechanism} (${denials.reason ?? ''})`]),
  ];
}

function lines(report: MachineReport, terminal: Terminal): readonly string[] {
  return [
    `moated ${report.version} on ${report.platform}`,
    ...probeLines[report.probe.system](report.probe as never),
    ...report.notes.map((text) => `note: ${text}`),
    '',
    ...report.profiles.flatMap((profile) => profileLines(profile, terminal)),
    ...rowLines(report),
  ];
}

/** `moated doctor`. Ends with 1 when the default profile does not run here. */
export async function doctorMain(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parse(args, doctorOptions);
  if (parsed.rest.length > 0) throw new UsageError(`Unexpected argument ${parsed.rest[0] ?? ''}.`);
  await using sandbox = createSandbox(sandboxOptions(parsed, terminal.env));
  const report = sandbox.doctor();
  if (parsed.flag('json')) printJson(terminal, report);
  else terminal.stdout.write(`${lines(report, terminal).join('\n')}\n`);
  return report.profiles.some(({ profile, runs }) => profile === 'offline' && runs) ? 0 : 1;
}
