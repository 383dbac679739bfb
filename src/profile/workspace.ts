import { posix, resolve } from 'node:path';
import { ProfileError } from '../errors.js';
import { isAbsolutePath } from './absolute.js';
import { canonicalPath } from './canonical.js';
import { isInside, isInsideAny } from './containment.js';
import type { MachineFacts } from './machine.js';
import { checkPathText } from './paths.js';
import { isSharedOnWindows, isSystemPlaceOnWindows, tooWideOnWindows } from './windows_places.js';

const onWindows = process.platform === 'win32';

/** Trees of the operating system: neither they, nor what holds them, nor anything below is a place for a workspace. */
const systemTrees = [
  ...['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/proc', '/sbin', '/sys'],
  ...[
    '/usr/bin',
    '/usr/include',
    '/usr/lib',
    '/usr/lib32',
    '/usr/lib64',
    '/usr/libexec',
    '/usr/sbin',
    '/usr/share',
  ],
  ...['/nix/store', '/gnu/store', '/System', '/Library', '/private/etc'],
];

/** Directories that hold other people's, or everybody's, files. A directory below one of them may be a workspace. */
const sharedDirectories = new Set([
  ...[
    '/home',
    '/media',
    '/mnt',
    '/opt',
    '/root',
    '/run',
    '/run/user',
    '/srv',
    '/tmp',
    '/usr/local',
    '/usr/src',
    '/var',
  ],
  ...['/var/cache', '/var/lib', '/var/log', '/var/run', '/var/spool', '/var/tmp'],
  ...['/Applications', '/Users', '/Volumes', '/private', '/private/tmp', '/private/var'],
]);

/** The canonical home directories of the user. */
export function homesOf(machine: MachineFacts): string[] {
  const homes = [machine.home, ...(machine.homes ?? [])].filter(
    (home) => isAbsolutePath(home) && !home.includes('\0'),
  );
  return [...new Set(homes.map((home) => canonicalPath(home).path))];
}

/** What makes a directory too wide for anything to be written there, if anything does. */
export function tooWide(path: string, homes: readonly string[]): string | undefined {
  if (path === '/') return 'is the root of the file system';
  if (homes.includes(path)) return 'is the home directory';
  if (homes.some((home) => home !== '/' && isInside(home, path))) return 'contains the home directory';
  if (onWindows) return tooWideOnWindows(path);
  if (systemTrees.some((tree) => isInside(tree, path))) return 'is, or contains, a system directory';
  return undefined;
}

function refuseWide(path: string, problem: string): never {
  throw new ProfileError(
    'ERR_WORKSPACE_TOO_WIDE',
    `The workspace ${JSON.stringify(path)} ${problem}. Choose the directory of one project.`,
    { subject: path },
  );
}

function notFound(path: string, problem: string): never {
  throw new ProfileError(
    'ERR_WORKSPACE_NOT_FOUND',
    `The workspace ${JSON.stringify(path)} ${problem}. Create it, or name another with the workspace option.`,
    { subject: path },
  );
}

/** The canonical path of the workspace, which has to be a directory of its own unless the run is not confined. */
export function resolveWorkspace(workspace: unknown, machine: MachineFacts, confined: boolean): string {
  checkPathText(workspace, 'workspace');
  const given =
    workspace === '~' || workspace.startsWith('~/')
      ? posix.join(machine.home, workspace.slice(1))
      : workspace;
  const found = canonicalPath(isAbsolutePath(given) ? given : resolve(given));
  if (found.blocked) notFound(workspace, `cannot be examined: ${found.path} may not be searched`);
  if (found.kind === 'absent') notFound(workspace, 'does not exist');
  if (found.kind === 'file') notFound(workspace, 'is not a directory');
  if (!confined) return found.path;
  const problem = tooWide(found.path, homesOf(machine));
  if (problem !== undefined) refuseWide(found.path, problem);
  if (onWindows ? isSystemPlaceOnWindows(found.path) : isInsideAny(found.path, systemTrees))
    refuseWide(found.path, 'is inside a system directory');
  if (onWindows ? isSharedOnWindows(found.path) : sharedDirectories.has(found.path))
    refuseWide(found.path, 'is a directory that many share');
  return found.path;
}
