import { realpathSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { type Places } from './paths.js';

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function given(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts)].flatMap((text) => (text === undefined || text === '' ? [] : [text]));
}

function both(paths: readonly (string | undefined)[]): string[] {
  return given(given(paths).flatMap((path) => [path, real(path)]));
}

function systemUser(): { readonly name: string | undefined; readonly home: string | undefined } {
  try {
    const { username, homedir: home } = userInfo();
    return { name: username, home };
  } catch {
    // A user id without an entry, as in containers.
    return { name: undefined, home: undefined };
  }
}

/** The places of this machine and user, as the system and the environment name them, and as links resolve. */
export function machinePlaces(workspace: string | undefined, env: NodeJS.ProcessEnv = process.env): Places {
  const { name, home } = systemUser();
  return {
    home: both([home, homedir(), env['HOME'], env['USERPROFILE']]),
    workspace: both([workspace]),
    tmp: both([tmpdir(), env['TMPDIR'], '/tmp']),
    user: given([name, env['USER'], env['USERNAME'], env['LOGNAME']]),
  };
}
