import { realpathSync } from 'node:fs';
import { AuditError } from '../errors.js';
import { type SandboxPolicy } from '../types.js';
import { canonicalPath } from './canonical.js';
import { isInside } from './containment.js';

/** Refuses an audit log that the command could change itself. Where nothing is confined nothing can be promised. */
export function requireOutside(log: string, { confined, profile, filesystem }: SandboxPolicy): void {
  if (!confined) return;
  const { path } = canonicalPath(realpathSync(log));
  const tree = filesystem.writable.find((one) => isInside(path, one));
  if (tree === undefined) return;
  throw new AuditError(
    'ERR_AUDIT_FILE',
    `The audit log ${path} is inside ${tree}, which the profile "${profile}" lets the command write: it could change its own record. Put the log somewhere else.`,
    { subject: path },
  );
}
