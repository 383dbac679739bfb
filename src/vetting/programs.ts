import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';

import { crypto } from '../builtins.js';
import type { PathAccess, ResolvedProgram } from '../execpolicy/context.js';
import type { CompiledPolicy } from '../execpolicy/rules/compile.js';

type Find = (name: string) => ResolvedProgram | undefined;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function digestOf(path: string): string | undefined {
  try {
    return `sha256:${crypto().createHash('sha256').update(readFileSync(path)).digest('hex')}`;
  } catch {
    return undefined;
  }
}

/** Whether the command could put a program into a directory of the search path. */
export function isOpen(searchPath: string | undefined, paths: PathAccess): boolean {
  return (searchPath ?? '').split(':').some((one) => !one.startsWith('/') || paths.write(`${one}/x`).allowed);
}

/**
 * Where a name leads, for policies and search paths that make a difference: pinned executables, or a directory that the command could put
 * a program into (`open`). Undefined when names can be trusted as they are.
 */
export function programFinder(
  policy: CompiledPolicy,
  open: boolean,
  searchPath: string | undefined,
  cwd: string,
): Find | undefined {
  if (!open && policy.executables.size === 0) return undefined;
  const directories = (searchPath ?? '').split(':').map((one) => resolve(cwd, one));
  return (name) => {
    const path = name.includes('/') ? name : directories.map((one) => `${one}/${name}`).find(isExecutable);
    if (path === undefined) return undefined;
    const pinned = policy.executables.get(basename(name))?.some((pin) => pin.digest !== undefined) === true;
    const digest = pinned ? digestOf(path) : undefined;
    return digest === undefined ? { path } : { path, digest };
  };
}
