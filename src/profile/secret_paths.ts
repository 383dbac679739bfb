import { readdirSync } from 'node:fs';
import { secretGroups } from './secrets.js';

/** The names in a directory that fit; none when it cannot be listed, because then nothing in it can be opened by name either. */
function matching(directory: string, pattern: RegExp): string[] {
  try {
    return readdirSync(directory).filter((name) => pattern.test(name));
  } catch {
    return [];
  }
}

/** The private keys of the ssh server. Their number and names are the administrator's choice. */
function hostKeys(): string[] {
  return matching('/etc/ssh', /^ssh_host_.*_key$/).map((name) => `/etc/ssh/${name}`);
}

/** Every credential path of this machine, absolute and not yet canonical. */
export function secretPaths(homes: readonly string[], platform: NodeJS.Platform): string[] {
  const paths = secretGroups.flatMap((group) => group.paths);
  const foreign = [
    ...(platform === 'darwin' ? [] : ['~/Library/']),
    ...(platform === 'win32' ? ['/'] : ['~/AppData/']),
  ];
  const here = paths.filter((path) => !foreign.some((start) => path.startsWith(start)));
  const system = here.filter((path) => !path.startsWith('~/'));
  const personal = here.filter((path) => path.startsWith('~/')).map((path) => path.slice(1));
  const inHomes = homes.flatMap((home) => personal.map((path) => (home === '/' ? path : home + path)));
  return [...inHomes, ...system, ...(platform === 'win32' ? [] : hostKeys())];
}

/** What `hide` accepts besides paths: every file of the workspace's root whose name starts with `.env`. */
export const environmentFiles = '.env*';

const usualEnvironmentFiles = [
  '.env',
  '.env.local',
  '.env.development',
  '.env.production',
  '.env.staging',
  '.env.test',
];

/** The usual names are listed whether they exist or not, so that one that appears later is noticed; other names must exist now. */
export function environmentFilePaths(workspace: string): string[] {
  const names = new Set([...usualEnvironmentFiles, ...matching(workspace, /^\.env/)]);
  return [...names].map((name) => `${workspace}/${name}`);
}
