import { describe, expect, it } from 'vitest';
import { compileMacos } from '../../../../src/compile/macos/system.js';
import { type ProfileName } from '../../../../src/types.js';
import { expected, type Place } from '../../../e2e/matrix.expected.js';
import { operations, type Operation } from '../../../helpers/operations.js';
import { isAllowed, readings, type Reading, type Request } from '../../../helpers/sbpl/decide.js';
import { type Profile } from '../../../helpers/sbpl/evaluate.js';
import { confined, home, mac, macPolicy, profiles, rulesOf, workspace } from './macs.js';

const places: Readonly<Record<Place, string>> = {
  inside: `${workspace}/files`,
  outside: '/Users/me/other',
  protected: `${workspace}/.vscode`,
  secret: `${home}/.ssh`,
};

/** What the kernel asks a profile for one operation of `test/fixtures/fsop.c`. All must be allowed. */
const asked: Readonly<Record<Operation, (folder: string) => readonly Request[]>> = {
  read: (folder) => [{ operation: 'file-read-data', path: `${folder}/read` }],
  list: (folder) => [{ operation: 'file-read-data', path: folder }],
  exec: (folder) => [
    { operation: 'process-exec', path: `${folder}/exec` },
    { operation: 'file-read-data', path: `${folder}/exec` },
  ],
  create: (folder) => [{ operation: 'file-write-create', path: `${folder}/create` }],
  write: (folder) => [{ operation: 'file-write-data', path: `${folder}/write` }],
  append: (folder) => [{ operation: 'file-write-data', path: `${folder}/append` }],
  truncate: (folder) => [{ operation: 'file-write-data', path: `${folder}/truncate` }],
  rename: (folder) => [
    { operation: 'file-write-unlink', path: `${folder}/rename` },
    { operation: 'file-write-create', path: `${folder}/renamed` },
  ],
  link: (folder) => [
    { operation: 'file-link', path: `${folder}/link` },
    { operation: 'file-write-create', path: `${folder}/linked` },
  ],
  symlink: (folder) => [{ operation: 'file-write-create', path: `${folder}/symlink`, vnodeType: 'SYMLINK' }],
  unlink: (folder) => [{ operation: 'file-write-unlink', path: `${folder}/unlink` }],
  mkdir: (folder) => [{ operation: 'file-write-create', path: `${folder}/mkdir`, vnodeType: 'DIRECTORY' }],
  rmdir: (folder) => [{ operation: 'file-write-unlink', path: `${folder}/rmdir`, vnodeType: 'DIRECTORY' }],
  mkfifo: (folder) => [{ operation: 'file-write-create', path: `${folder}/mkfifo`, vnodeType: 'FIFO' }],
  chmod: (folder) => [{ operation: 'file-write-mode', path: `${folder}/chmod` }],
  chown: (folder) => [{ operation: 'file-write-owner', path: `${folder}/chown` }],
  utimes: (folder) => [{ operation: 'file-write-times', path: `${folder}/utimes` }],
  xattr: (folder) => [{ operation: 'file-write-xattr', path: `${folder}/xattr` }],
  mmap: (folder) => [{ operation: 'file-write-data', path: `${folder}/mmap` }],
};

function happens(profile: Profile, operation: Operation, place: Place, reading: Reading): boolean {
  return asked[operation](places[place]).every((request) => isAllowed(profile, request, reading));
}

/** The table of the Linux tests, with what is decided differently here. */
function wanted(operation: Operation, place: Place, profile: ProfileName): boolean {
  // No hard links at all: which of its two paths Seatbelt compares is not documented.
  if (operation === 'link') return false;
  const { enforcement } = compileMacos(macPolicy(profile), mac);
  const answer = expected(operation, place, profile, enforcement);
  // Where Linux may leave it open, Seatbelt refuses: the names in a hidden directory, the metadata of protected files.
  return answer === 'happens';
}

describe.each(readings)('rules read %s', (reading) => {
  describe.each(confined)('%s', (profile) => {
    const rules = rulesOf(macPolicy(profile));
    describe.each(Object.keys(places) as Place[])('%s', (place) => {
      it.each(operations)('%s', (operation) => {
        expect(happens(rules, operation, place, reading)).toBe(wanted(operation, place, profile));
      });
    });
  });
});

describe('the matrix', () => {
  it('covers all five profiles: trusted has no Seatbelt profile', () => {
    expect(profiles).toHaveLength(5);
    expect(compileMacos(macPolicy('trusted'), mac).directives).toEqual(['seatbelt', 'off']);
  });

  it('is the same on a version that lacks the newer operations, but for what they are', () => {
    const old = ['file-link', 'file-clone', 'file-map-executable', 'dynamic-code-generation'];
    for (const profile of confined) {
      const rules = rulesOf(macPolicy(profile), old);
      for (const place of Object.keys(places) as Place[]) {
        for (const operation of operations.filter((name) => name !== 'link')) {
          expect(happens(rules, operation, place, 'in order')).toBe(wanted(operation, place, profile));
        }
      }
    }
  });
});

describe.each(readings)('besides files, read %s', (reading) => {
  const may = (profile: ProfileName, request: Request): boolean =>
    isAllowed(rulesOf(macPolicy(profile)), request, reading);
  const tcp = (address: string): Request => ({ operation: 'network-outbound', protocolName: 'tcp', address });
  const socket = (operation: string, path: string): Request => ({
    operation,
    protocolName: 'unix-socket',
    path,
  });

  it.each(confined)('%s reaches the network only where it has one', (profile) => {
    const open = profile === 'workspace-net';
    for (const address of ['93.184.216.34:443', 'localhost:8080', '169.254.169.254:80'])
      expect(may(profile, tcp(address))).toBe(open);
    expect(may(profile, { operation: 'network-bind', protocolName: 'tcp', address: 'localhost:8080' })).toBe(
      open,
    );
    expect(may(profile, { operation: 'network-outbound', path: '/private/var/run/mDNSResponder' })).toBe(
      open,
    );
    expect(may(profile, { operation: 'system-socket', domain: 'AF_INET' })).toBe(open);
    expect(may(profile, { operation: 'system-socket', domain: 'AF_SYSTEM', protocol: 2 })).toBe(open);
    // Another control of the kernel: 1 is not 2.
    expect(may(profile, { operation: 'system-socket', domain: 'AF_SYSTEM', protocol: 1 })).toBe(false);
  });

  it.each(confined)('%s talks through sockets of its own scratch directory, and no other', (profile) => {
    const own = '/private/var/folders/zz/T/moated/run/s';
    for (const operation of ['network-outbound', 'network-bind']) {
      expect(may(profile, socket(operation, own))).toBe(true);
      for (const path of [
        '/private/var/run/docker.sock',
        `${workspace}/s`,
        '/private/tmp/agent.1',
        '/private/var/folders/zz/T/moated/other/s',
      ]) {
        expect(may(profile, socket(operation, path))).toBe(false);
      }
    }
  });

  it.each(confined)('%s signals and inspects its own sandbox only', (profile) => {
    for (const operation of ['signal', 'process-info-pidinfo', 'process-info-rusage']) {
      expect(may(profile, { operation, target: 'same-sandbox' })).toBe(true);
      expect(may(profile, { operation, target: 'others' })).toBe(false);
    }
    for (const operation of [
      'mach-priv-task-port',
      'mach-register',
      'job-creation',
      'lsopen',
      'appleevent-send',
      'user-preference-write',
      'system-privilege',
    ]) {
      expect(may(profile, { operation, name: 'anything' })).toBe(false);
    }
  });

  it.each(confined)('%s asks for facts of the machine, not for processes of others', (profile) => {
    for (const name of ['hw.ncpu', 'kern.osproductversion', 'machdep.cpu.brand_string']) {
      expect(may(profile, { operation: 'sysctl-read', name })).toBe(true);
      expect(may(profile, { operation: 'sysctl-write', name })).toBe(false);
    }
    for (const name of ['kern.proc.all', 'kern.procargs2', 'kern.proc.uid.501'])
      expect(may(profile, { operation: 'sysctl-read', name })).toBe(false);
  });

  it.each(confined)('%s looks up no service that acts for it', (profile) => {
    expect(may(profile, { operation: 'mach-lookup', name: 'com.apple.system.opendirectoryd.libinfo' })).toBe(
      true,
    );
    for (const name of [
      'com.apple.SecurityServer',
      'com.apple.securityd.xpc',
      'com.apple.pasteboard.1',
      'com.apple.coreservices.launchservicesd',
      'com.apple.windowserver.active',
    ]) {
      expect(may(profile, { operation: 'mach-lookup', name })).toBe(false);
    }
  });

  it.each(confined)('%s answers to the marks of its run', (profile) => {
    expect(may(profile, { operation: 'mach-lookup', name: 'moated.run.in' })).toBe(true);
    expect(may(profile, { operation: 'mach-lookup', name: 'moated.run.out' })).toBe(false);
    expect(may(profile, { operation: 'mach-lookup', name: 'moated.other.in' })).toBe(false);
  });

  it.each(confined)('%s uses its own terminals, and harmless devices', (profile) => {
    const pty = ['com.apple.sandbox.pty'];
    for (const operation of ['file-read-data', 'file-write-data']) {
      expect(may(profile, { operation, path: '/dev/null' })).toBe(true);
      expect(may(profile, { operation, path: '/dev/fd/1' })).toBe(true);
      expect(may(profile, { operation, path: '/dev/ttys003', extensions: pty })).toBe(true);
      expect(may(profile, { operation, path: '/dev/ttys003' })).toBe(false);
      expect(may(profile, { operation, path: '/dev/rdisk0' })).toBe(false);
    }
    expect(may(profile, { operation: 'file-write-unlink', path: '/dev/null' })).toBe(false);
    expect(may(profile, { operation: 'file-ioctl', path: '/dev/rdisk0' })).toBe(false);
  });

  it.each(confined)('%s has a scratch directory that no other run reads', (profile) => {
    const mine = '/private/var/folders/zz/T/moated/run/file';
    const other = '/private/var/folders/zz/T/moated/other/file';
    for (const operation of ['file-write-create', 'file-write-data', 'file-write-unlink', 'file-read-data']) {
      expect(may(profile, { operation, path: mine })).toBe(true);
      expect(may(profile, { operation, path: other })).toBe(false);
    }
  });
});

describe.each(readings)('an allow list of reads, read %s', (reading) => {
  const rules = rulesOf(macPolicy('offline', { read: 'minimal', readable: ['/usr', '/System', workspace] }));
  const may = (operation: string, path: string): boolean => isAllowed(rules, { operation, path }, reading);

  it('reads what is listed, the loader, and our launcher', () => {
    for (const path of [
      `${workspace}/src`,
      '/usr/lib/libSystem.B.dylib',
      '/private/var/select/sh',
      '/',
      '/dev/urandom',
    ]) {
      expect(may('file-read-data', path)).toBe(true);
    }
    expect(
      may('file-read-data', '/Users/me/project/node_modules/moated/prebuilds/darwin-arm64/moated-launcher'),
    ).toBe(true);
  });

  it('reads nothing else, and no secret; names of what is not secret stay visible', () => {
    for (const path of ['/Users/me/notes', '/private/tmp/x', `${home}/.ssh/id_rsa`])
      expect(may('file-read-data', path)).toBe(false);
    expect(may('file-read-metadata', '/Users/me/notes')).toBe(true);
    expect(may('file-read-metadata', `${home}/.ssh`)).toBe(true);
    expect(may('file-read-metadata', `${home}/.ssh/id_rsa`)).toBe(false);
  });

  it('looks up no preferences', () => {
    expect(isAllowed(rules, { operation: 'mach-lookup', name: 'com.apple.cfprefsd.agent' }, reading)).toBe(
      false,
    );
  });
});
