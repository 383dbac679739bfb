import { ProfileError } from '../errors.js';

/**
 * Variables that pass from the host to a confined run. Everything else stays behind: secrets, and the loader and hook variables (`LD_*`,
 * `NODE_OPTIONS`, `GIT_*`, `BASH_ENV`, `PYTHONSTARTUP`, ...) that would make a program of the sandbox load or run something. It is a list
 * of what is known to be harmless, because a list of what is harmful is never complete.
 */
const inherited = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TERM', 'COLORTERM'],
  ...['COLUMNS', 'LINES', 'NO_COLOR', 'FORCE_COLOR', 'CLICOLOR', 'CLICOLOR_FORCE', 'CI'],
]);

/** What a program of Windows needs to find the system and the user's folders, besides the above. Names know no case there. */
const inheritedOnWindows = new Set(
  [
    ...[...inherited],
    ...['SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT', 'OS', 'NUMBER_OF_PROCESSORS'],
    ...['PROCESSOR_ARCHITECTURE', 'PROCESSOR_IDENTIFIER', 'PROCESSOR_LEVEL', 'PROCESSOR_REVISION'],
    ...['ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432', 'ProgramData', 'ALLUSERSPROFILE', 'PUBLIC'],
    ...['CommonProgramFiles', 'CommonProgramFiles(x86)', 'CommonProgramW6432'],
    ...['USERPROFILE', 'USERNAME', 'USERDOMAIN', 'HOMEDRIVE', 'HOMEPATH', 'APPDATA', 'LOCALAPPDATA'],
  ].map((name) => name.toUpperCase()),
);

/** Replaced by the path of the run's private scratch directory when the run starts. */
export const scratchPlaceholder = '@scratch';

const defaultPath = '/usr/local/bin:/usr/bin:/bin';

function isInherited(name: string, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') return inheritedOnWindows.has(name.toUpperCase());
  return inherited.has(name) || /^LC_[A-Z]+$/.test(name);
}

/**
 * The host's search path without empty and relative entries. Those mean the working directory, which the sandboxee fills. Absolute
 * entries inside the workspace stay: npm puts `node_modules/.bin` there, and a run of the workspace's own tools is what it is for.
 */
export function searchPath(path: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') {
    return path
      .split(';')
      .filter((entry) => /^[a-z]:[\\/]/iu.test(entry))
      .join(';');
  }
  const entries = path.split(':').filter((entry) => entry.startsWith('/'));
  return entries.length > 0 ? entries.join(':') : defaultPath;
}

function invalid(name: string, problem: string): never {
  throw new ProfileError('ERR_INVALID_ENV', `env: ${problem}`, { subject: name });
}

/** Checks variables that a caller sets. A name or value that the kernel would cut short or take apart is refused. */
export function validateEnv(env: unknown): asserts env is Readonly<Record<string, string | undefined>> {
  if (typeof env !== 'object' || env === null || Array.isArray(env)) {
    invalid('env', 'must be an object of names and values.');
  }
  for (const [name, value] of Object.entries(env as Record<string, unknown>)) {
    const shown = JSON.stringify(name);
    if (name === '') invalid(name, 'a variable has an empty name.');
    if (name.includes('=')) invalid(name, `the name ${shown} contains "=".`);
    if (name.includes('\0')) invalid(name, `the name ${shown} contains a NUL character.`);
    if (value === undefined) continue;
    if (typeof value !== 'string')
      invalid(name, `the value of ${shown} must be a string, not ${typeof value}.`);
    if (value.includes('\0')) invalid(name, `the value of ${shown} contains a NUL character.`);
  }
}

/** How a name is spelled among variables whose names know no case. */
function spelled(variables: ReadonlyMap<string, string>, name: string): string | undefined {
  return [...variables.keys()].find((key) => key.toUpperCase() === name.toUpperCase());
}

/**
 * The environment of a run as `NAME=value`: what passes from the host, then what the caller sets. Whatever the caller sets passes,
 * loader variables too, since that is the caller's explicit choice; `undefined` removes a variable. An unconfined run inherits
 * everything.
 */
export function buildEnvironment(
  host: NodeJS.ProcessEnv,
  policyConfined: boolean,
  extra: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string[] {
  validateEnv(extra);
  const windows = platform === 'win32';
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(host)) {
    if (value !== undefined && (!policyConfined || isInherited(name, platform))) variables.set(name, value);
  }
  if (policyConfined) {
    const path = windows ? spelled(variables, 'PATH') : undefined;
    variables.set(
      path ?? 'PATH',
      searchPath((path === undefined ? host['PATH'] : variables.get(path)) ?? '', platform),
    );
    for (const name of windows ? ['TEMP', 'TMP'] : ['TMPDIR']) variables.set(name, scratchPlaceholder);
  }
  for (const [name, value] of Object.entries(extra)) {
    if (windows) variables.delete(spelled(variables, name) ?? name);
    if (value === undefined) variables.delete(name);
    else variables.set(name, value);
  }
  return [...variables].map(([name, value]) => `${name}=${value}`);
}
