import { each, ifKnown, rule } from './sbpl.js';

/** What any program needs besides files and the network, each with the reason. Everything else is denied. */

/**
 * Fork and exec of whatever may be read: children stay under the same profile, which the kernel hands on and nobody can take off.
 * Programs with a setuid bit are refused by Seatbelt itself. `signal` and `process-info*` end at the border of the sandbox.
 */
const processes: readonly string[] = [
  rule('allow', 'process-exec process-fork', 'everything'),
  rule('allow', 'signal process-info*', ['(target same-sandbox)']),
  // The loader maps programs and libraries; engines such as V8 write code and run it. Both stay in the process.
  ifKnown('file-map-executable', rule('allow', 'file-map-executable', 'everything')),
  ifKnown('dynamic-code-generation', rule('allow', 'dynamic-code-generation', 'everything')),
];

/**
 * Facts of the hardware and the system, by which libraries choose code paths and count processors. Not `kern.proc.all` and
 * `kern.procargs2`, which show the processes of others with their environments.
 */
const systemFacts: readonly string[] = [
  rule('allow', 'sysctl-read', [
    ...each('sysctl-name-prefix', ['hw.', 'machdep.cpu.', 'vm.']),
    ...each('sysctl-name', [
      ...[
        'kern.argmax',
        'kern.boottime',
        'kern.bootargs',
        'kern.clockrate',
        'kern.hostname',
        'kern.iossupportversion',
      ],
      ...[
        'kern.maxfiles',
        'kern.maxfilesperproc',
        'kern.maxproc',
        'kern.maxprocperuid',
        'kern.memorystatus_level',
      ],
      ...['kern.ngroups', 'kern.osproductversion', 'kern.osrelease', 'kern.ostype', 'kern.osvariant_status'],
      ...[
        'kern.osversion',
        'kern.secure_kernel',
        'kern.tcsm_available',
        'kern.tcsm_enable',
        'kern.usrstack64',
      ],
      ...['kern.version', 'security.mac.lockdown_mode_state', 'sysctl.proc_cputype', 'sysctl.proc_native'],
    ]),
    // A program's own entries; `process-info*` above decides about those of others.
    ...each('sysctl-name-prefix', ['kern.proc.pid.', 'kern.proc.pgrp.']),
  ]),
  // Java asks for the grade of an architecture by writing to it. Nothing is changed.
  rule('allow', 'sysctl-write', each('sysctl-name', ['kern.grade_cputype'])),
];

/** The directory service: names and groups of users, without which `id`, git, ssh and Python's `expanduser` fail. */
const services: readonly string[] = [
  rule(
    'allow',
    'mach-lookup',
    each('global-name', [
      'com.apple.system.opendirectoryd.libinfo',
      'com.apple.system.opendirectoryd.membership',
      // Where the private temporary directory is; `confstr` asks it.
      'com.apple.bsd.dirhelper',
    ]),
  ),
  // Says when the machine sleeps; the JVM and Go's tools read it when they start. Properties only, no other driver.
  rule('allow', 'iokit-open', each('iokit-registry-entry-class', ['RootDomainUserClient'])),
];

/**
 * Names of semaphores and shared memory are the machine's, so a run gets those of known libraries only: Python's `multiprocessing`
 * and `shared_memory`, joblib, and OpenMP.
 */
const sharedMemory: readonly string[] = [
  rule('allow', 'ipc-posix-sem', each('ipc-posix-name-prefix', ['/mp-', 'mp-', '/loky-'])),
  rule(
    'allow',
    'ipc-posix-shm-read* ipc-posix-shm-write-create ipc-posix-shm-write-data ipc-posix-shm-write-unlink',
    each('ipc-posix-name-prefix', ['/psm_', 'psm_', '/__KMP_REGISTERED_LIB_', '__KMP_REGISTERED_LIB_']),
  ),
];

export const baseRules: readonly string[] = [...processes, ...systemFacts, ...services, ...sharedMemory];

/**
 * Preferences are files that may be read anyway where `read` is `all`; programs ask this service for them. Writing is another
 * operation and stays denied.
 */
export const preferenceRules: readonly string[] = [
  rule(
    'allow',
    'mach-lookup',
    each('global-name', ['com.apple.cfprefsd.daemon', 'com.apple.cfprefsd.agent']),
  ),
  rule('allow', 'ipc-posix-shm-read*', each('ipc-posix-name-prefix', ['apple.cfprefs.'])),
  rule('allow', 'user-preference-read', 'everything'),
];
