import { lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { win32 } from 'node:path';
import type { PathKind } from '../types.js';
import { canonicalWindowsPath, foldPath, type WindowsFacts } from './windows_paths.js';

/** In policies every path has forward slashes: `C:/work/project`. The compiler of plans writes what the system's own calls take. */
export function toPolicySpelling(path: string): string {
  return path.replaceAll('\\', '/');
}

type Kind = PathKind | 'link' | 'blocked';

function kindOf(path: string): Kind {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return 'absent';
    // Junctions and mounted folders are links to Node, too.
    if (stats.isSymbolicLink()) return 'link';
    return stats.isDirectory() ? 'directory' : 'file';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'EPERM' || code === 'EACCES' ? 'blocked' : 'absent';
  }
}

function storedName(path: string, kind: Kind): string | undefined {
  const name = win32.basename(path);
  if (kind === 'absent') return undefined;
  try {
    // What a link is called is known to its directory only.
    if (kind === 'link')
      return readdirSync(win32.dirname(path)).find((entry) => foldPath(entry) === foldPath(name));
    return win32.basename(realpathSync.native(path));
  } catch {
    // It is there and cannot be looked at: nobody has another name for it.
    return name;
  }
}

/** What `CanonicalPath` of canonical.ts is, which imports this file. */
interface LocatedPath {
  readonly path: string;
  readonly kind: PathKind;
  readonly links: readonly string[];
  readonly blocked: boolean;
}

/** Where a path of Windows leads, by what is on its disks. */
export function canonicalOnWindows(path: string): LocatedPath {
  const links: string[] = [];
  let blocked: string | undefined;
  const facts: WindowsFacts = {
    target: (at) => {
      if (kindOf(at) !== 'link') return undefined;
      links.push(toPolicySpelling(at));
      return win32.resolve(win32.dirname(at), readlinkSync(at));
    },
    storedName: (at) => {
      const kind = kindOf(at);
      if (kind === 'blocked') blocked ??= win32.dirname(at);
      return storedName(at, kind);
    },
  };
  const found = canonicalWindowsPath(path, facts);
  if (blocked !== undefined)
    return { path: toPolicySpelling(blocked), kind: 'directory', links, blocked: true };
  const kind = kindOf(found);
  return {
    path: toPolicySpelling(found),
    kind: kind === 'directory' || kind === 'file' ? kind : 'absent',
    links,
    blocked: false,
  };
}
