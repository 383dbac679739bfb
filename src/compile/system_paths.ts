/** What a program needs of the system under `read: 'minimal'`: its runtime and public configuration, no home and no data. */
export const systemTrees: readonly string[] = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/opt',
  '/nix/store',
  '/proc',
  '/sys/devices/system/cpu',
  '/sys/fs/cgroup',
];

/**
 * The part of /etc that programs read when they start. Node dies when openssl.cnf is refused, and git, id and ssh need the user
 * database. Nothing here holds a secret.
 */
export const systemConfiguration: readonly string[] = [
  '/etc/alternatives',
  '/etc/bash.bashrc',
  '/etc/ca-certificates',
  '/etc/ca-certificates.conf',
  '/etc/debian_version',
  '/etc/fonts',
  '/etc/gai.conf',
  '/etc/gitconfig',
  '/etc/group',
  '/etc/host.conf',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/inputrc',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/ld.so.preload',
  '/etc/locale.alias',
  '/etc/locale.conf',
  '/etc/localtime',
  '/etc/lsb-release',
  '/etc/machine-id',
  '/etc/magic',
  '/etc/mime.types',
  '/etc/nsswitch.conf',
  '/etc/os-release',
  '/etc/passwd',
  '/etc/pki',
  '/etc/profile',
  '/etc/profile.d',
  '/etc/protocols',
  '/etc/python3',
  '/etc/resolv.conf',
  '/etc/services',
  '/etc/shells',
  '/etc/ssl',
  '/etc/terminfo',
  '/etc/timezone',
];

/** Device nodes that every program may use. None of them stores anything or reaches another process. */
export const devices: readonly string[] = [
  '/dev/null',
  '/dev/zero',
  '/dev/full',
  '/dev/random',
  '/dev/urandom',
  '/dev/tty',
];

/** The system paths that a plan names. */
export interface SystemLayout {
  readonly readable: readonly string[];
  readonly devices: readonly string[];
}

/** Every system path that some machine has. A plan for a real machine names those that exist there, canonical. */
export const candidateLayout: SystemLayout = { readable: [...systemTrees, ...systemConfiguration], devices };
