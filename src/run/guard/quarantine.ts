import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

import { files } from '../../builtins.js';

function stateDirectory(): string {
  const configured = process.env['XDG_STATE_HOME'];
  const state =
    configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), '.local', 'state');
  return join(state, 'moated');
}

function isBelow(path: string, tree: string): boolean {
  return path === tree || path.startsWith(tree.endsWith('/') ? tree : `${tree}/`);
}

/** The quarantine of one run: outside of everything that a run may write, so that no later run reaches what is kept. */
export class Quarantine {
  readonly directory: string;

  constructor(runId: string, writable: readonly string[]) {
    const inState = join(stateDirectory(), 'quarantine', runId);
    const reachable = writable.some((tree) => isBelow(inState, tree));
    this.directory = reachable
      ? join('/var/tmp', `moated-${process.getuid?.() ?? 0}`, 'quarantine', runId)
      : inState;
  }

  /**
   * Moves an entry here under its relative name, never following links. What cannot be kept is removed all the same, since it must not
   * stay where it is. Answers where it is now, or undefined when it could not be kept.
   */
  async take(source: string, name: string): Promise<string | undefined> {
    const target = join(this.directory, name);
    await files().mkdir(dirname(target), { recursive: true, mode: 0o700 });
    try {
      await files().rename(source, target);
      return target;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'EXDEV' && code !== 'EACCES') throw error;
      return await copyAndRemove(source, target);
    }
  }
}

async function copyAndRemove(source: string, target: string): Promise<string | undefined> {
  // A directory that its maker made unreadable can neither be moved nor emptied.
  if ((await files().lstat(source)).isDirectory()) await files().chmod(source, 0o700);
  let kept: string | undefined = target;
  try {
    await files().cp(source, target, {
      recursive: true,
      dereference: false,
      verbatimSymlinks: true,
      filter: isKeepable,
    });
  } catch {
    kept = undefined;
  }
  await files().rm(source, { recursive: true, force: true });
  return kept;
}

/** Sockets, pipes and devices hold nothing to keep, and copying one would block or fail. */
async function isKeepable(source: string): Promise<boolean> {
  const stats = await files().lstat(source);
  return stats.isFile() || stats.isDirectory() || stats.isSymbolicLink();
}
