import { lstat } from 'node:fs';

import { type Violation } from '../../types.js';
import { type Quarantine } from './quarantine.js';
import { walk } from './walk.js';

/** True when nothing is at a path. Callbacks, since promises cost the event loop several times as much for every run. */
function existing(paths: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const found: string[] = [];
    let left = paths.length;
    if (left === 0) resolve(found);
    for (const path of paths) {
      lstat(path, (error) => {
        if (error === null || (error.code !== 'ENOENT' && error.code !== 'ENOTDIR')) found.push(path);
        if (--left === 0) resolve(found);
      });
    }
  });
}

export function violation(operation: string, target: string, message: string): Violation {
  return { guarantee: 'fs-protected', operation, target, source: 'inferred', message };
}

async function remove(root: string, path: string, quarantine: Quarantine): Promise<Violation | undefined> {
  const found = await walk(root, path);
  if (found.kind === 'missing') return undefined;
  await using parent = found.parent;
  const shown = `${root}/${found.relative}`;
  const kept = await quarantine.take(`${parent.path}/${found.name}`, found.relative);
  const what = found.kind === 'link' ? 'a symbolic link on the way to a protected path' : 'a protected path';
  return violation(
    'create',
    shown,
    kept === undefined
      ? `The run created ${shown}, ${what}. It was removed.`
      : `The run created ${shown}, ${what}. It was moved to ${kept}.`,
  );
}

/** Finds protected paths that did not exist when a run started and do now, and moves each to quarantine. */
export async function undoCreations(
  roots: readonly string[],
  absent: readonly string[],
  quarantine: () => Quarantine,
): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const path of await existing(absent)) {
    const root = roots.find((candidate) => path.startsWith(`${candidate}/`));
    if (root === undefined) continue;
    try {
      const undone = await remove(root, path, quarantine());
      if (undone !== undefined) violations.push(undone);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      violations.push(violation('create', path, `The run created ${path}, a protected path, which cannot be removed: ${why}`));
    }
  }
  return violations;
}
