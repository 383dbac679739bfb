import { isInside, isInsideAny, outermost } from '../profile/containment.js';
import { type PolicyPath, type SandboxPolicy } from '../types.js';

/** File systems that are fresh for every run where there is a mount namespace. */
const scratchPaths: readonly string[] = ['/tmp'];

/** Trees that the caller named: the workspace and every grant. `/` is no grant but the absence of a rule. */
function grantedTrees(policy: SandboxPolicy): readonly string[] {
  const { readable, writable } = policy.filesystem;
  return outermost([policy.workspace, ...readable, ...writable].filter((path) => path !== '/'));
}

/** Scratch paths of a policy. One that was itself granted stays the host's, as the caller asked for. */
export function scratches(policy: SandboxPolicy): readonly string[] {
  const granted = grantedTrees(policy);
  return scratchPaths.filter((path) => !isInsideAny(path, granted));
}

/** Granted trees that a fresh file system would cover. */
export function keeps(policy: SandboxPolicy): readonly string[] {
  const covered = scratches(policy);
  return grantedTrees(policy).filter((path) => isInsideAny(path, covered));
}

/** Hidden paths that neither a fresh file system nor an outer hidden directory covers anyway. */
export function visibleHidden(policy: SandboxPolicy, mounts: boolean): readonly PolicyPath[] {
  const { hidden } = policy.filesystem;
  const covered = mounts ? scratches(policy) : [];
  const kept = keeps(policy);
  const roots = new Set(outermost(hidden.filter(({ kind }) => kind !== 'absent').map(({ path }) => path)));
  return hidden.filter(({ path }) => {
    if (isInsideAny(path, covered) && !isInsideAny(path, kept)) return false;
    return roots.has(path) || !isInsideAny(path, [...roots]);
  });
}

/** Protected paths that exist, without those that an outer protected directory covers. */
export function protectedRoots(policy: SandboxPolicy): readonly string[] {
  const existing = policy.filesystem.protected
    .filter(({ kind }) => kind !== 'absent')
    .map(({ path }) => path);
  return outermost(existing).filter((path) => isInsideAny(path, policy.filesystem.writable));
}

/** Protected paths that do not exist yet and that no existing protected directory covers. */
export function protectedAbsent(policy: SandboxPolicy): readonly string[] {
  const roots = protectedRoots(policy);
  const absent = policy.filesystem.protected.filter(({ kind }) => kind === 'absent').map(({ path }) => path);
  return outermost(absent).filter(
    (path) => isInsideAny(path, policy.filesystem.writable) && !isInsideAny(path, roots),
  );
}

/** The directories strictly between two paths, outermost first. */
export function between(root: string, path: string): readonly string[] {
  const found: string[] = [];
  const prefix = root === '/' ? '' : root;
  const parts = path.slice(prefix.length + 1).split('/');
  let at = prefix;
  for (const part of parts.slice(0, -1)) {
    at += `/${part}`;
    found.push(at);
  }
  return found;
}

/**
 * Every directory between a writable root and a protected or hidden path, outermost first, and the links that lead to one. Without
 * pins such a path is moved away with its parent, and made or read anew: a mount on it alone does not hold it.
 */
export function pins(policy: SandboxPolicy): readonly string[] {
  const { hidden, protectedLinks = [] } = policy.filesystem;
  const roots = outermost(policy.filesystem.writable);
  // A link that leads to a protected path is held like a directory on the way to it: it may be followed, not replaced.
  const found = new Set<string>(protectedLinks.filter((path) => isInsideAny(path, roots)));
  const hiding = hidden.filter(({ path, kind }) => kind !== 'absent' && isInsideAny(path, roots));
  for (const path of [...protectedRoots(policy), ...hiding.map((entry) => entry.path), ...found]) {
    const root = roots.find((candidate) => isInside(path, candidate));
    if (root === undefined || root === path) continue;
    for (const directory of between(root, path)) found.add(directory);
  }
  // A writable root is a mount of its own already.
  const writable = new Set(policy.filesystem.writable);
  return [...found].filter((path) => !writable.has(path)).sort();
}

/** The writable trees that no other writable tree contains. Nothing that a run may write can replace one of these. */
export function writableRoots(policy: SandboxPolicy): readonly string[] {
  return outermost(policy.filesystem.writable);
}
