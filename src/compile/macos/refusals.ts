import { type Guarantee, type SandboxPolicy } from '../../types.js';
import { writeAccess } from '../access.js';

/**
 * Services that programs ask for on their own when they start, and do without: logging, notifications, analytics. A refusal of one says
 * nothing about what a program is up to.
 */
const usual: readonly string[] = [
  'com.apple.analyticsd',
  'com.apple.diagnosticd',
  'com.apple.logd',
  'com.apple.logd.events',
  'com.apple.system.logger',
  'com.apple.system.notification_center',
  'apple.shm.notification_center',
];

/** Changes of what is not a file's content. */
const metadata = /^file-write-(?:acl|finderinfo|flags|mode|owner|setugid|times|xattr)$/;

function guaranteeOfWrite(operation: string, path: string, policy: SandboxPolicy): Guarantee {
  const { allowed, rule } = writeAccess(path, policy, false);
  if (rule.startsWith('hidden:')) return 'fs-secrets';
  // What would be allowed by where it is was refused for what it is: a protected name in another spelling, or the way to one.
  const link = operation === 'file-link';
  if (rule.startsWith('protected:') || (allowed && !link)) return 'fs-protected';
  return metadata.test(operation) ? 'fs-metadata' : 'fs-write';
}

function guaranteeOfFile(operation: string, target: string, policy: SandboxPolicy): Guarantee {
  const writes = /^file-(?:write|link|clone|mknod|revoke)/.test(operation);
  if (writes && target.startsWith('/')) return guaranteeOfWrite(operation, target, policy);
  if (writes) return 'fs-write';
  return /^file-(?:read|search|test-existence|map-executable)/.test(operation) ? 'fs-secrets' : 'privilege';
}

/** By the beginning of an operation's name, the first that fits. */
const families: readonly (readonly [RegExp, Guarantee])[] = [
  [/^(?:signal|process-(?:info|fork|codesigning)|mach-(?:priv-)?task)/, 'processes'],
  [/^(?:mach|ipc|appleevent|distributed-notification|lsopen|job)/, 'host-sockets'],
  [/^(?:network|system-socket)/, 'network'],
];

/**
 * Which guarantee a refusal of Seatbelt kept, or undefined for one that is of no interest. Operations that belong to none of the others
 * count as `privilege`: more of the system than the profile gives.
 */
export function guaranteeOfRefusal(
  operation: string,
  target: string,
  policy: SandboxPolicy,
): Guarantee | undefined {
  if (usual.includes(target)) return undefined;
  if (operation.startsWith('file-')) return guaranteeOfFile(operation, target, policy);
  // A socket with a path is a service of this machine.
  if (operation.startsWith('network-') && target.startsWith('/')) return 'host-sockets';
  return families.find(([name]) => name.test(operation))?.[1] ?? 'privilege';
}
