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

/** Replaced by the path of the run's private scratch directory when the run starts. */
export const scratchPlaceholder = '@scratch';

const defaultPath = '/usr/local/bin:/usr/bin:/bin';

function isInherited(name: string): boolean {
  return inherited.has(name) || /^LC_[A-Z]+$/.test(name);
}

/**
 * The host's search path without empty and relative entries. Those mean the working directory, which the sandboxee fills. Absolute
 * entries inside the workspace stay: npm puts `node_modules/.bin` there, and a run of the workspace's own tools is what it is for.
 */
export function searchPath(path: string): string {
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

/**
 * The environment of a run as `NAME=value`: what passes from the host, then what the caller sets. Whatever the caller sets passes,
 * loader variables too, since that is the caller's explicit choice; `undefined` removes a variable. An unconfined run inherits
 * everything.
 */
export function buildEnvironment(
  host: NodeJS.ProcessEnv,
  policyConfined: boolean,
  extra: Readonly<Record<string, string | undefined>>,
): string[] {
  validateEnv(extra);
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(host)) {
    if (value !== undefined && (!policyConfined || isInherited(name))) variables.set(name, value);
  }
  if (policyConfined) {
    variables.set('PATH', searchPath(host['PATH'] ?? ''));
    variables.set('TMPDIR', scratchPlaceholder);
  }
  for (const [name, value] of Object.entries(extra)) {
    if (value === undefined) variables.delete(name);
    else variables.set(name, value);
  }
  return [...variables].map(([name, value]) => `${name}=${value}`);
}
