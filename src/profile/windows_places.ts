import { canonicalPath } from './canonical.js';
import { isInside } from './containment.js';

const systemVariables = ['SystemRoot', 'ProgramFiles', 'ProgramFiles(x86)', 'ProgramW6432', 'ProgramData'];

/** Trees of the operating system and of installed programs. */
function systemTrees(): readonly string[] {
  const found = systemVariables
    .map((name) => process.env[name])
    .filter((path) => path !== undefined && path !== '');
  return [...new Set(found.map((path) => canonicalPath(path ?? '').path))];
}

/** What makes a directory of Windows too wide, or not the user's, if anything does. */
export function tooWideOnWindows(path: string): string | undefined {
  if (/^[A-Z]:\/$/u.test(path)) return 'is the root of a drive';
  if (systemTrees().some((tree) => isInside(tree, path))) return 'is, or contains, a system directory';
  return undefined;
}

export function isSystemPlaceOnWindows(path: string): boolean {
  return systemTrees().some((tree) => isInside(path, tree));
}

/** The directory that holds all homes. */
export function isSharedOnWindows(path: string): boolean {
  return /^[A-Z]:\/Users(?:\/Public)?$/iu.test(path);
}
