import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { isSandboxError, type SandboxError } from '../../../src/errors.js';
import type { MachineFacts } from '../../../src/profile/machine.js';

/** What to create: a directory (`null`), a file with its content, or a symlink. */
export type Entry = null | string | { readonly link: string };

const roots: string[] = [];

// Of the file that imports this: a hook that a running test registers is never called.
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

/** A temporary directory with the given entries, removed when the file's tests are over. Canonical. */
export function makeTree(entries: Readonly<Record<string, Entry>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'profile-tree-')));
  roots.push(root);
  fill(root, entries);
  return root;
}

export function fill(root: string, entries: Readonly<Record<string, Entry>>): void {
  for (const [path, entry] of Object.entries(entries)) {
    const full = join(root, path);
    mkdirSync(entry === null ? full : dirname(full), { recursive: true });
    if (typeof entry === 'string') writeFileSync(full, entry);
    else if (entry !== null) symlinkSync(entry.link, full);
  }
}

/** A machine whose home is in the tree, so that nothing depends on the real user's files. */
export function machineOf(home: string, changes: Partial<MachineFacts> = {}): MachineFacts {
  return { home, uid: process.getuid?.() ?? -1, platform: 'linux', ...changes };
}

/** The error that an action throws. Fails when it throws none, or not one of ours. */
export function errorOf(action: () => unknown): SandboxError {
  try {
    action();
  } catch (error) {
    if (isSandboxError(error)) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}
