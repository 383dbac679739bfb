import { dirname } from 'node:path';

import { readAccess, writeAccess } from '../compile/access.js';
import { isSandboxError } from '../errors.js';
import type { PathAccess, PathVerdict } from '../execpolicy/context.js';
import { canonicalPath, type LookupCache } from '../profile/canonical.js';
import type { SandboxPolicy } from '../types.js';

/** The directories above a canonical path, as lookups that need not be made: a policy is for the workspace that it was resolved for. */
function knownAbove(path: string): LookupCache {
  const known: LookupCache = new Map();
  for (let current = path; current !== '/'; current = dirname(current))
    known.set(current, { kind: 'directory' });
  return known;
}

type Verdicts = Map<string, PathVerdict>;

// What a policy says about a canonical path does not change with the machine, and takes longer to say than a link to follow.
const remembered = new WeakMap<SandboxPolicy, Readonly<Record<'read' | 'write', Verdicts>>>();
const mostRemembered = 4096;

function verdictsOf(policy: SandboxPolicy): Readonly<Record<'read' | 'write', Verdicts>> {
  let found = remembered.get(policy);
  if (found === undefined) {
    found = { read: new Map(), write: new Map() };
    remembered.set(policy, found);
  }
  return found;
}

/**
 * What a policy lets be read and written on this machine, links followed. `mounts` says whether runs have a private scratch space, and is
 * always the same for a policy. Good for one decision: what it looked up was true a moment ago.
 */
export function pathAccess(policy: SandboxPolicy, mounts: boolean): PathAccess {
  let cache: LookupCache | undefined;
  const verdicts = verdictsOf(policy);
  const decide = (path: string, use: 'read' | 'write'): PathVerdict => {
    cache ??= knownAbove(policy.workspace);
    try {
      const found = canonicalPath(path, cache);
      if (found.blocked && policy.confined)
        return { allowed: false, rule: `${found.path} may not be searched` };
      const known = verdicts[use].get(found.path);
      if (known !== undefined) return known;
      const verdict = (use === 'read' ? readAccess : writeAccess)(found.path, policy, mounts);
      if (verdicts[use].size >= mostRemembered) verdicts[use].clear();
      verdicts[use].set(found.path, verdict);
      return verdict;
    } catch (error) {
      if (!isSandboxError(error)) throw error;
      return { allowed: false, rule: error.message };
    }
  };
  return { read: (path) => decide(path, 'read'), write: (path) => decide(path, 'write') };
}
