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

/**
 * What a policy lets be read and written on this machine, links followed. `mounts` says whether runs have a private scratch space. Good
 * for one decision: what it looked up was true a moment ago.
 */
export function pathAccess(policy: SandboxPolicy, mounts: boolean): PathAccess {
  let cache: LookupCache | undefined;
  const decide = (path: string, access: typeof readAccess): PathVerdict => {
    cache ??= knownAbove(policy.workspace);
    try {
      const found = canonicalPath(path, cache);
      if (found.blocked && policy.confined)
        return { allowed: false, rule: `${found.path} may not be searched` };
      return access(found.path, policy, mounts);
    } catch (error) {
      if (!isSandboxError(error)) throw error;
      return { allowed: false, rule: error.message };
    }
  };
  return { read: (path) => decide(path, readAccess), write: (path) => decide(path, writeAccess) };
}
