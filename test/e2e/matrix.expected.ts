import { type Enforcement, type ProfileName } from '../../src/types.js';
import { type Operation } from '../helpers/operations.js';

export type Place = 'inside' | 'outside' | 'protected' | 'secret';

/** `either`: the promise of this profile on this machine says nothing about it, and the report says so. */
export type Expected = 'happens' | 'absent' | 'either';

const reads: readonly Operation[] = ['read', 'list', 'exec'];
const metadata: readonly Operation[] = ['chmod', 'chown', 'utimes', 'xattr'];

/** Profiles that may write the workspace. */
const writes: readonly ProfileName[] = ['workspace-write', 'workspace-net'];

/**
 * What the promise of a profile (the table of the design) says about one operation in one place. Where a guarantee may be partial, the
 * report of the run decides: it must not claim what was not enforced, and what it claims must hold.
 */
export function expected(
  operation: Operation,
  place: Place,
  profile: ProfileName,
  report: Enforcement,
): Expected {
  if (profile === 'trusted') return 'happens';
  const full = (guarantee: keyof Enforcement['guarantees']): boolean =>
    report.guarantees[guarantee].status === 'full';

  if (reads.includes(operation)) {
    if (place !== 'secret') return 'happens';
    // Without mounts the names of hidden files may stay visible. Their content never is.
    return operation === 'list' && report.tier !== 'standard' ? 'either' : 'absent';
  }
  if (place === 'inside') return writes.includes(profile) ? 'happens' : 'absent';
  if (place === 'protected') {
    // Undone at the end where no mount holds them. Times, owners and attributes of the user's own files are not content.
    const kept =
      full('fs-protected') ||
      report.tier === 'standard' ||
      !metadata.includes(operation) ||
      operation === 'chmod';
    return kept ? 'absent' : 'either';
  }
  return metadata.includes(operation) && !full('fs-metadata') ? 'either' : 'absent';
}
