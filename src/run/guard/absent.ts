import { lstat, readdir } from 'node:fs';
import { basename, dirname } from 'node:path';

import { type Violation } from '../../types.js';
import { type Quarantine } from './quarantine.js';
import { isMissing, walk } from './walk.js';

/** Up to this many names of one directory are looked up one by one; for more, listing the directory is cheaper. */
const fewNames = 8;

function byDirectory(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const directory = dirname(path);
    const group = groups.get(directory);
    if (group === undefined) groups.set(directory, [path]);
    else group.push(path);
  }
  return groups;
}

/**
 * The paths at which something is, or may be. Callbacks, since promises cost the event loop several times as much, and this is done
 * for every run that may write.
 */
function existing(paths: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const found: string[] = [];
    let left = 1;
    const done = (): void => {
      if (--left === 0) resolve(found);
    };
    for (const [directory, group] of byDirectory(paths)) {
      if (group.length > fewNames) {
        left += 1;
        readdir(directory, (error, names) => {
          const present = new Set(error === null ? names : []);
          const unknown = error !== null && !isMissing(error);
          found.push(...group.filter((path) => unknown || present.has(basename(path))));
          done();
        });
        continue;
      }
      for (const path of group) {
        left += 1;
        lstat(path, (error) => {
          if (error === null || !isMissing(error)) found.push(path);
          done();
        });
      }
    }
    done();
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
      violations.push(
        violation(
          'create',
          path,
          `The run created ${path}, a protected path, which cannot be removed: ${why}`,
        ),
      );
    }
  }
  return violations;
}
