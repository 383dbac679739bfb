import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createSandbox, type CreateOptions, type Sandbox } from '../../src/index.js';

// Not below /tmp: a private /tmp would hide what lies beside the workspace, and tests want to see it refused.
const root = '/var/tmp';

export interface Workspace {
  readonly path: string;
  /** A directory beside the workspace. */
  readonly outside: string;
  /** A sandbox over the workspace, disposed of at the end. */
  readonly sandbox: (options?: CreateOptions) => Sandbox;
}

/** A workspace for the tests of one file. */
export function useWorkspace(): Workspace {
  const found = { path: '', outside: '' };
  const sandboxes: Sandbox[] = [];
  let base = '';
  beforeAll(() => {
    base = realpathSync(mkdtempSync(join(root, 'moated-e2e-')));
    found.path = join(base, 'workspace');
    found.outside = join(base, 'outside');
    mkdirSync(found.path);
    mkdirSync(found.outside);
  });
  afterAll(async () => {
    for (const sandbox of sandboxes) await sandbox[Symbol.asyncDispose]();
    rmSync(base, { recursive: true, force: true });
  });
  return {
    get path() {
      return found.path;
    },
    get outside() {
      return found.outside;
    },
    sandbox: (options = {}) => {
      const sandbox = createSandbox({ workspace: found.path, ...options });
      sandboxes.push(sandbox);
      return sandbox;
    },
  };
}

/** True while a process exists and is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
