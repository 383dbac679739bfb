import { type Target } from './row.js';

const linux = 'Linux 5.13 (best 6.12)';

/** Every addon that the package brings. */
export const targets: readonly Target[] = [
  {
    system: 'linux',
    name: 'linux-x64-glibc',
    minimum: `${linux}, glibc 2.28`,
    verified: 'run',
    how: 'every test, as root and as a user, with user namespaces and without',
    tests: ['test/e2e/', 'test/attack/', 'test/packaging/'],
  },
  {
    system: 'linux',
    name: 'linux-x64-musl',
    minimum: `${linux}, musl 1.2`,
    verified: 'run',
    how: 'the installed package, the operation matrix and chosen attacks, by a Node that was moved to musl (`npm run test:targets -- musl`)',
    tests: ['test/targets/'],
  },
  {
    system: 'linux',
    name: 'linux-arm64-glibc',
    minimum: `${linux}, glibc 2.28`,
    verified: 'emulated',
    how: 'the installed package, the operation matrix and chosen attacks in a virtual machine, with user namespaces and without (`npm run test:targets -- arm64`)',
    tests: ['test/targets/'],
  },
  {
    system: 'linux',
    name: 'linux-arm64-musl',
    minimum: `${linux}, musl 1.2`,
    verified: 'emulated',
    how: 'as linux-arm64-glibc, by a Node that was moved to musl',
    tests: ['test/targets/'],
  },
  {
    system: 'macos',
    name: 'darwin-x64',
    minimum: 'macOS 11',
    verified: 'inspected',
    how: 'the Seatbelt profile is evaluated by a model of its rules, and the addon plays runs on Linux with its system calls translated; never a Mac',
    tests: ['test/unit/compile/macos/', 'test/targets/macho/'],
  },
  {
    system: 'macos',
    name: 'darwin-arm64',
    minimum: 'macOS 11',
    verified: 'inspected',
    how: 'the Seatbelt profile is evaluated by a model of its rules, never by a Mac',
    tests: ['test/unit/compile/macos/'],
  },
  {
    system: 'windows',
    name: 'win32-x64',
    minimum: 'Windows 10 1809',
    verified: 'emulated',
    how: 'installed, loaded and run under Wine, which has no AppContainers and enforces no limit and no token; never on Windows',
    tests: ['test/targets/windows/', 'test/unit/compile/windows/'],
  },
  {
    system: 'windows',
    name: 'win32-arm64',
    minimum: 'Windows 11',
    verified: 'inspected',
    how: 'the plan is compared, never tried on Windows',
    tests: ['test/unit/compile/windows/'],
  },
];
