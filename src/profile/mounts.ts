import { posix } from 'node:path';
import { isInside } from './containment.js';

/** One line of mountinfo: the tree `root` of the file system `device` appears at `mountpoint`. */
export interface Mount {
  readonly device: string;
  readonly root: string;
  readonly mountpoint: string;
}

/** Space, tab, newline and backslash are written as octal escapes. */
function unescape(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** Reads the text of /proc/self/mountinfo. A line that is not complete is left out. */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    const [, , device, root, mountpoint] = line.split(' ');
    if (device === undefined || root === undefined || mountpoint === undefined) continue;
    mounts.push({ device, root: unescape(root), mountpoint: unescape(mountpoint) });
  }
  return mounts;
}

function below(tree: string, path: string): string {
  return path === tree ? '' : path.slice(tree === '/' ? 0 : tree.length);
}

/** Every place where `tree` of a file system, or a part of it, is mounted. */
function appearances(device: string, tree: string, mounts: readonly Mount[]): string[] {
  const found: string[] = [];
  for (const mount of mounts) {
    if (mount.device !== device) continue;
    if (isInside(tree, mount.root)) found.push(posix.join(mount.mountpoint, below(mount.root, tree)));
    else if (isInside(mount.root, tree)) found.push(mount.mountpoint);
  }
  return found;
}

/**
 * The other paths that lead to the same files as `path` because a file system, or a part of it, is mounted more than once: bind
 * mounts, and whatever is mounted below `path` and somewhere else too.
 */
export function mountAliases(path: string, mounts: readonly Mount[]): string[] {
  const found = new Set<string>();
  for (const mount of mounts) {
    if (isInside(path, mount.mountpoint)) {
      // One of these holds the path and the others lie under it. Which one depends on the order of mounting, which the text does not
      // tell for sure, and to look at all of them costs at most a place that need not have been hidden.
      const inner = posix.join(mount.root, below(mount.mountpoint, path));
      for (const alias of appearances(mount.device, inner, mounts)) found.add(alias);
    } else if (isInside(mount.mountpoint, path)) {
      for (const alias of appearances(mount.device, mount.root, mounts)) found.add(alias);
    }
  }
  return [...found].filter((alias) => !isInside(alias, path)).sort();
}
