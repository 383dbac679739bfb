import { type Outcome } from '../native/outcome.js';
import { type SandboxPolicy, type Violation } from '../types.js';

/**
 * What somebody outside replaced while the run was active. The kernel takes a mount away together with the object that it covers, so
 * from then on the run could read the new secret or write the new file: it is not known whether it did.
 */
export function replacedMeanwhile(
  policy: SandboxPolicy,
  outcome: Outcome,
  mounts: boolean,
): readonly Violation[] {
  if (!mounts || outcome.changed === undefined) return [];
  const { hidden, protected: guarded } = policy.filesystem;
  return outcome.changed.flatMap((path): Violation[] => {
    const secret = hidden.some((entry) => entry.path === path);
    const existed = guarded.some((entry) => entry.path === path && entry.kind !== 'absent');
    if (!secret && !existed) return [];
    return [
      {
        guarantee: secret ? 'fs-secrets' : 'fs-protected',
        operation: secret ? 'read' : 'write',
        target: path,
        source: 'inferred',
        message: `${path} was replaced from outside while the run was active; until it ended, the run could ${secret ? 'read' : 'write'} it.`,
      },
    ];
  });
}
