import { type Rows } from './row.js';

const namespaces = 'Linux 5.13 with user namespaces';
const scopes = 'Linux 6.12';
const anyLinux = 'any Linux that moated starts on';

/** With namespaces, then without (the light tier: containers, Ubuntu's restriction). */
export const linuxRows: Rows = {
  'fs-write': {
    ways: [
      { mechanism: 'recursive read-only mounts, Landlock', minimum: namespaces },
      { mechanism: 'Landlock', minimum: 'Linux 6.2' },
    ],
    verified: 'run',
    tests: ['test/e2e/matrix.test.ts', 'test/attack/writes.test.ts'],
  },
  'fs-metadata': {
    ways: [
      { mechanism: 'recursive read-only mounts', minimum: namespaces },
      {
        mechanism: 'Landlock keeps the content',
        minimum: 'Linux 6.2',
        missing:
          "in profiles that write: mode, owner, times and attributes of the user's own files outside can be changed (profiles that write nothing refuse the calls)",
      },
    ],
    verified: 'run',
    tests: ['test/attack/metadata.test.ts'],
  },
  'fs-protected': {
    ways: [
      { mechanism: 'read-only mounts with pinned parents', minimum: namespaces },
      {
        mechanism: 'read-only mounts with pinned parents; the rest is checked when the run ends',
        minimum: namespaces,
        missing:
          'paths that do not exist yet can be created during the run, links to protected paths replaced: both are undone and reported when it ends',
      },
      {
        mechanism: 'checked when the run ends',
        minimum: anyLinux,
        missing: 'every change is possible during the run; it is undone and reported when it ends',
      },
    ],
    verified: 'run',
    tests: ['test/attack/protected.test.ts', 'test/attack/planting.ts', 'test/attack/git.test.ts'],
  },
  'fs-secrets': {
    ways: [
      { mechanism: 'credential files overmounted', minimum: namespaces },
      {
        mechanism: 'Landlock read rules that leave them out; their names stay visible',
        minimum: 'Linux 5.13',
        missing:
          'a credential file inside of a tree that may be written stays readable, and the run is refused under `hard`',
      },
    ],
    verified: 'run',
    tests: ['test/attack/secrets.test.ts'],
  },
  network: {
    ways: [
      { mechanism: 'network namespace with a private loopback', minimum: namespaces },
      { mechanism: 'seccomp refuses network sockets, Landlock refuses TCP', minimum: 'Linux 6.7' },
      { mechanism: 'seccomp refuses network sockets', minimum: anyLinux },
    ],
    verified: 'run',
    tests: ['test/attack/network.test.ts'],
  },
  'host-sockets': {
    ways: [
      { mechanism: 'seccomp refuses AF_UNIX sockets, Landlock scopes abstract ones', minimum: scopes },
      { mechanism: 'seccomp refuses AF_UNIX sockets', minimum: anyLinux },
    ],
    verified: 'run',
    tests: ['test/attack/ipc.test.ts'],
  },
  processes: {
    ways: [
      { mechanism: 'pid namespace with a fresh /proc', minimum: namespaces },
      {
        mechanism:
          'Landlock refuses tracing and scopes signals, seccomp refuses the rest; other processes stay visible in /proc',
        minimum: scopes,
        missing: 'other processes and their command lines can be seen',
      },
      {
        mechanism: 'Landlock refuses tracing, seccomp refuses changes of other processes',
        minimum: 'Linux 5.13',
        missing: 'signals reach other processes of the user, and the run is refused under `hard`',
      },
    ],
    verified: 'run',
    tests: ['test/attack/processes.test.ts'],
  },
  privilege: {
    ways: [{ mechanism: 'no_new_privs, no capabilities, seccomp refuses new namespaces', minimum: anyLinux }],
    verified: 'run',
    tests: ['test/attack/privilege.test.ts', 'test/attack/kernel.test.ts'],
  },
  survivors: {
    ways: [
      { mechanism: 'the kernel kills the pid namespace with its init', minimum: namespaces },
      {
        mechanism: 'subreaper that kills every descendant, out of reach by the Landlock signal scope',
        minimum: scopes,
      },
      {
        mechanism: 'subreaper that kills every descendant',
        minimum: 'Linux 5.13',
        missing: 'the run can kill its own reaper, and is refused under `hard`',
      },
    ],
    verified: 'run',
    tests: ['test/attack/survivors.test.ts', 'test/e2e/teardown.test.ts'],
  },
  limits: {
    ways: [
      {
        mechanism:
          'a control group; resource limits of the kernel; time and output by the thread that watches the run',
        minimum: 'a delegated control group, version 2',
      },
      {
        mechanism:
          'resource limits of the kernel; time and output by the thread that watches the run; watchdog',
        minimum: anyLinux,
        missing:
          'a watchdog holds the memory and the CPU time of the whole run: a burst can pass for a moment',
      },
    ],
    verified: 'run',
    tests: ['test/attack/resources.test.ts', 'test/e2e/cgroup.test.ts', 'test/attack/endings.test.ts'],
  },
};
