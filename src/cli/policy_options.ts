import { type Limits, parseBytes, parseDuration, type SandboxOptions, UnsupportedError } from '../index.js';
import { type Options, type Parsed } from './arguments.js';
import { UsageError } from './usage_error.js';

/** Options that decide what a run may do, of every command that needs a policy. */
export const policyOptions: Options = {
  profile: {
    type: 'string',
    short: 'p',
    value: 'PROFILE',
    help: 'offline (default), net-read-only, workspace-write, workspace-net, trusted',
  },
  workspace: {
    type: 'string',
    short: 'w',
    value: 'PATH',
    help: 'the workspace; the current directory by default',
  },
  'allow-read': { type: 'string', multiple: true, value: 'PATH', help: 'another tree that may be read' },
  'allow-write': { type: 'string', multiple: true, value: 'PATH', help: 'another tree that may be written' },
  'allow-net': {
    type: 'string',
    multiple: true,
    value: 'HOST[:PORT]',
    help: 'a host that may be reached (not in this version)',
  },
  env: { type: 'string', multiple: true, value: 'NAME[=VALUE]', help: 'set a variable, or pass one through' },
  cpu: { type: 'string', value: '10s', help: 'limit of CPU time of the whole run' },
  memory: { type: 'string', value: '512m', help: 'limit of memory of the whole run' },
  processes: { type: 'string', value: 'N', help: 'limit of processes and threads alive at once' },
  files: { type: 'string', value: 'N', help: 'limit of open files of each process' },
  'file-size': { type: 'string', value: '1g', help: 'limit of the size of each file that is written' },
  output: { type: 'string', value: '10m', help: 'limit of output, after which the run is ended' },
  compat: {
    type: 'string',
    value: 'LEVEL',
    help: 'hard (default): refuse to start with less than promised; best-effort',
  },
  isolation: { type: 'string', value: 'KIND', help: 'auto (default), fresh, light' },
};

function count(text: string, option: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new UsageError(`--${option} needs a whole number above zero, not "${text}".`);
  return value;
}

function limitsOf(parsed: Parsed): Limits {
  const readers = {
    cpuMs: ['cpu', parseDuration],
    memoryBytes: ['memory', parseBytes],
    processes: ['processes', count],
    files: ['files', count],
    fileSizeBytes: ['file-size', parseBytes],
    outputBytes: ['output', parseBytes],
  } as const;
  const limits: Partial<Record<keyof Limits, number>> = {};
  for (const [name, [option, read]] of Object.entries(readers)) {
    const text = parsed.text(option);
    if (text !== undefined) limits[name as keyof Limits] = read(text, option);
  }
  return limits;
}

function variables(
  list: readonly string[],
  host: NodeJS.ProcessEnv,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    list.map((entry) => {
      const at = entry.indexOf('=');
      return at === -1 ? [entry, host[entry]] : [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

function oneOf<Value extends string>(
  option: string,
  text: string | undefined,
  allowed: readonly Value[],
): Value | undefined {
  if (text === undefined) return undefined;
  const found = allowed.find((value) => value === text);
  if (found === undefined)
    throw new UsageError(`--${option} must be one of ${allowed.join(', ')}, not "${text}".`);
  return found;
}

/** A flag outranks the environment. Nothing inside the workspace is read. */
export function profileOf(parsed: Parsed, host: NodeJS.ProcessEnv): string | undefined {
  const configured = host['MOATED_PROFILE'];
  return parsed.text('profile') ?? (configured === '' ? undefined : configured);
}

/** The options of a sandbox as the command line says. */
export function sandboxOptions(parsed: Parsed, host: NodeJS.ProcessEnv): SandboxOptions {
  const [net] = parsed.list('allow-net');
  if (net !== undefined) {
    throw new UnsupportedError(
      'ERR_UNSUPPORTED_FEATURE',
      `--allow-net ${net} needs the egress broker, which this version does not have yet. Use \`-p workspace-net\` for the whole network.`,
      { subject: '--allow-net' },
    );
  }
  const profile = profileOf(parsed, host);
  const workspace = parsed.text('workspace');
  const compat = oneOf('compat', parsed.text('compat'), ['hard', 'best-effort'] as const);
  const isolation = oneOf('isolation', parsed.text('isolation'), ['auto', 'fresh', 'light'] as const);
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(workspace === undefined ? {} : { workspace }),
    filesystem: { allowRead: parsed.list('allow-read'), allowWrite: parsed.list('allow-write') },
    limits: limitsOf(parsed),
    env: variables(parsed.list('env'), host),
    ...(compat === undefined ? {} : { compat }),
    ...(isolation === undefined ? {} : { isolation }),
  };
}
