/**
 * The words that Apple's sandbox library defines before it evaluates a profile, as far as profiles need them.
 *
 * Publicly documented is little: the sandbox-exec and sandbox_init manuals, and the profiles that macOS ships in
 * /System/Library/Sandbox/Profiles and /usr/share/sandbox, which use these names. The families are read off those profiles and off
 * the names. That an operation is known to every version from macOS 11 on was not checked against a Mac; those whose age is in doubt
 * are in `sometimes`, and a profile has to ask `defined?` for them.
 */

/** Operations by family. A family's own name ends with `*` and stands for all of its members. */
export const families: Readonly<Record<string, readonly string[]>> = {
  'file*': [
    'file-read*',
    'file-write*',
    'file-ioctl',
    'file-mknod',
    'file-revoke',
    'file-chroot',
    'file-issue-extension',
    'file-link',
    'file-clone',
    'file-map-executable',
    'file-search',
  ],
  'file-read*': ['file-read-data', 'file-read-metadata', 'file-read-xattr'],
  'file-write*': [
    ...['file-write-create', 'file-write-data', 'file-write-flags', 'file-write-mode', 'file-write-mount'],
    ...[
      'file-write-owner',
      'file-write-setugid',
      'file-write-times',
      'file-write-unlink',
      'file-write-unmount',
      'file-write-xattr',
    ],
  ],
  'process*': ['process-exec', 'process-fork', 'process-info*'],
  'process-info*': [
    'process-info-pidinfo',
    'process-info-pidfdinfo',
    'process-info-rusage',
    'process-info-listpids',
    'process-info-setcontrol',
    'process-info-codesignature',
  ],
  'network*': ['network-outbound', 'network-inbound', 'network-bind'],
  'mach*': ['mach-lookup', 'mach-register', 'mach-priv-host-port', 'mach-priv-task-port', 'mach-task-name'],
  'ipc*': ['ipc-posix*', 'ipc-sysv*'],
  'ipc-posix*': ['ipc-posix-sem', 'ipc-posix-shm*'],
  'ipc-posix-shm*': [
    'ipc-posix-shm-read*',
    'ipc-posix-shm-write-create',
    'ipc-posix-shm-write-data',
    'ipc-posix-shm-write-unlink',
  ],
  'ipc-posix-shm-read*': ['ipc-posix-shm-read-data', 'ipc-posix-shm-read-metadata'],
  'ipc-sysv*': ['ipc-sysv-msg', 'ipc-sysv-sem', 'ipc-sysv-shm'],
  'iokit*': ['iokit-open', 'iokit-get-properties', 'iokit-set-properties'],
  'sysctl*': ['sysctl-read', 'sysctl-write'],
  'system*': [
    'system-socket',
    'system-fsctl',
    'system-audit',
    'system-sched',
    'system-kext-load',
    'system-privilege',
  ],
};

const single = [
  'default',
  'signal',
  'pseudo-tty',
  'job-creation',
  'lsopen',
  'appleevent-send',
  'authorization-right-obtain',
  'distributed-notification-post',
  'dynamic-code-generation',
  'user-preference-read',
  'user-preference-write',
];

/** Operations that some versions lack, or may. */
export const sometimes: ReadonlySet<string> = new Set([
  'file-link',
  'file-clone',
  'file-map-executable',
  'dynamic-code-generation',
]);

export const operations: ReadonlySet<string> = new Set([
  ...Object.keys(families),
  ...Object.values(families).flat(),
  ...single,
]);

/** An operation's families, the narrowest first, itself at the front and `default` at the end. */
export function lineage(operation: string): readonly string[] {
  const found = [operation];
  for (let at = operation; ;) {
    const family = Object.keys(families).find((name) => families[name]!.includes(at));
    if (family === undefined) return [...found, 'default'];
    found.push(family);
    at = family;
  }
}

export type ArgumentKind = 'string' | 'symbol' | 'number' | 'filter' | 'address';

/** What each filter takes. All take one or more of it, but those of `once`. `address` may also be missing. */
export const filters: Readonly<Record<string, ArgumentKind>> = {
  literal: 'string',
  subpath: 'string',
  prefix: 'string',
  regex: 'string',
  path: 'string',
  'global-name': 'string',
  'global-name-prefix': 'string',
  'local-name': 'string',
  'sysctl-name': 'string',
  'sysctl-name-prefix': 'string',
  'ipc-posix-name': 'string',
  'ipc-posix-name-prefix': 'string',
  'ipc-posix-name-regex': 'string',
  'iokit-registry-entry-class': 'string',
  'iokit-user-client-class': 'string',
  extension: 'string',
  target: 'symbol',
  'vnode-type': 'symbol',
  'socket-domain': 'symbol',
  'socket-type': 'symbol',
  'socket-protocol': 'number',
  'require-all': 'filter',
  'require-any': 'filter',
  'require-not': 'filter',
  remote: 'address',
  local: 'address',
};

export const once: ReadonlySet<string> = new Set(['require-not']);

/** Names that stand for themselves as arguments of filters. */
export const constants: Readonly<Record<string, readonly string[]>> = {
  target: ['self', 'pgrp', 'children', 'others', 'same-sandbox'],
  'vnode-type': [
    'REGULAR-FILE',
    'DIRECTORY',
    'SYMLINK',
    'BLOCK-DEVICE',
    'CHARACTER-DEVICE',
    'SOCKET',
    'FIFO',
    'TTY',
  ],
  'socket-domain': ['AF_UNIX', 'AF_INET', 'AF_INET6', 'AF_ROUTE', 'AF_SYSTEM'],
  'socket-type': ['SOCK_STREAM', 'SOCK_DGRAM'],
  address: ['ip', 'ip4', 'ip6', 'tcp', 'tcp4', 'tcp6', 'udp', 'udp4', 'udp6', 'unix-socket'],
};

/** What `(with …)` may say, and whether a value follows. */
export const modifiers: Readonly<Record<string, boolean>> = {
  'no-log': false,
  'no-report': false,
  report: false,
  'no-sandbox': false,
  'send-signal': true,
  message: true,
};
