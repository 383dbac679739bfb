import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { readAccess } from '../compile/access.js';
import { ProfileError } from '../errors.js';
import { type Prepared } from './prepare.js';

/** Enough for every directory that a program cycles through, and no way to grow without bound. */
const mostRemembered = 256;

function notFound(cwd: string): ProfileError {
  return new ProfileError(
    'ERR_CWD_NOT_FOUND',
    `The working directory ${cwd} is not a directory that exists. Create it, or pass another \`cwd\`.`,
    { subject: cwd },
  );
}

function notReadable(cwd: string, why: string): ProfileError {
  return new ProfileError(
    'ERR_CWD_NOT_READABLE',
    `The working directory ${cwd} may not be read (${why}). Grant it with \`filesystem.allowRead\`, or pass another \`cwd\`.`,
    { subject: cwd },
  );
}

function canonicalDirectory(cwd: string): string | undefined {
  try {
    const real = realpathSync.native(cwd);
    // As policies spell it.
    const canonical = process.platform === 'win32' ? real.replaceAll('\\', '/') : real;
    return statSync(canonical).isDirectory() ? canonical : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') throw notReadable(cwd, 'permission denied');
    return undefined;
  }
}

function examine(cwd: string, prepared: Prepared): string {
  const canonical = canonicalDirectory(cwd);
  if (canonical === undefined) throw notFound(cwd);
  const access = readAccess(canonical, prepared.policy, prepared.enforcement.tier === 'standard');
  if (!access.allowed) throw notReadable(cwd, access.rule);
  return canonical;
}

/**
 * Where a run starts. A directory is examined once per policy; that it still exists is found by the launch itself. The working
 * directory decides nothing but where the command starts.
 */
export function workingDirectory(cwd: string | undefined, prepared: Prepared): string {
  const { workspace } = prepared.policy;
  if (cwd === undefined || cwd === workspace) return workspace;
  const absolute = resolve(workspace, cwd);
  const known = prepared.directories.get(absolute);
  if (known !== undefined) return known;
  const canonical = examine(absolute, prepared);
  if (prepared.directories.size >= mostRemembered) prepared.directories.clear();
  prepared.directories.set(absolute, canonical);
  return canonical;
}
