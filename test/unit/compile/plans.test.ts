import { describe, expect, it } from 'vitest';
import { compileLinux } from '../../../src/compile/linux.js';
import { type ProfileName } from '../../../src/types.js';
import { directive, light, machines, noLandlock, policy, standard } from './machines.js';

const profiles: readonly ProfileName[] = [
  'offline',
  'net-read-only',
  'workspace-write',
  'workspace-net',
  'trusted',
];

/** One directive a line, so that a changed plan shows what changed. */
function lines(directives: readonly string[]): string {
  const shown: string[] = [];
  for (let at = 0; at < directives.length;) {
    const length = directives[at] === 'limit' ? 3 : 2;
    shown.push(directives.slice(at, at + length).join(' '));
    at += length;
  }
  return shown.join('\n');
}

describe.each(Object.entries(machines))('plans of a machine: %s', (_name, probe) => {
  it.each(profiles)('%s', (profile) => {
    const { directives, enforcement } = compileLinux(policy(profile), probe);
    expect(lines(directives)).toMatchSnapshot('directives');
    expect(enforcement).toMatchSnapshot('enforcement');
  });
});

describe('filters', () => {
  it('start with base, in every confined plan', () => {
    for (const probe of Object.values(machines)) {
      for (const profile of profiles.filter((name) => name !== 'trusted')) {
        expect(directive(compileLinux(policy(profile), probe).directives, 'filter')[0]).toBe('base');
      }
    }
  });

  it('refuse the network where no namespace does, and only where the profile has none', () => {
    expect(directive(compileLinux(policy('offline'), light).directives, 'filter')).toContain('no-inet');
    expect(directive(compileLinux(policy('workspace-net'), light).directives, 'filter')).not.toContain(
      'no-inet',
    );
    expect(directive(compileLinux(policy('offline'), standard).directives, 'filter')).not.toContain(
      'no-inet',
    );
  });

  it('refuse metadata calls only where nothing may be written and no mount does', () => {
    expect(directive(compileLinux(policy('offline'), light).directives, 'filter')).toContain('no-metadata');
    expect(directive(compileLinux(policy('workspace-write'), light).directives, 'filter')).not.toContain(
      'no-metadata',
    );
    expect(directive(compileLinux(policy('offline'), standard).directives, 'filter')).not.toContain(
      'no-metadata',
    );
  });
});

describe('namespaces', () => {
  it('include the network only where the profile has none', () => {
    expect(directive(compileLinux(policy('offline'), standard).directives, 'namespaces')).toEqual([
      'user,mount,pid,ipc,uts,net',
    ]);
    expect(directive(compileLinux(policy('workspace-net'), standard).directives, 'namespaces')).toEqual([
      'user,mount,pid,ipc,uts',
    ]);
  });

  it('are not used under `isolation: light`', () => {
    const { directives, enforcement } = compileLinux(policy('offline', { isolation: 'light' }), standard);
    expect(directive(directives, 'namespaces')).toEqual([]);
    expect(directive(directives, 'init')).toEqual(['subreaper']);
    expect(enforcement.tier).toBe('light');
  });

  it('are made for the run alone under `isolation: fresh`', () => {
    expect(
      directive(compileLinux(policy('offline', { isolation: 'fresh' }), standard).directives, 'isolation'),
    ).toEqual(['fresh']);
    expect(directive(compileLinux(policy('offline'), standard).directives, 'isolation')).toEqual([]);
  });
});

describe('rules', () => {
  it('never grant a write at or below a protected path', () => {
    const { directives } = compileLinux(
      policy('workspace-write', {
        filesystem: { writable: ['/home/user/project', '/home/user/project/.git/hooks/deep'] },
      }),
      standard,
    );
    expect(directive(directives, 'write')).toEqual(['/home/user/project']);
  });

  it('name no mount directive without a mount namespace', () => {
    const { directives } = compileLinux(policy('workspace-write'), light);
    for (const keyword of ['pin', 'protect', 'scratch', 'scratch-size', 'keep', 'dev']) {
      expect(directive(directives, keyword)).toEqual([]);
    }
  });

  it('list as absent what must not appear unnoticed: hidden and protected paths', () => {
    const { directives } = compileLinux(policy('workspace-write'), light);
    expect(directive(directives, 'absent')).toEqual(['/home/user/.aws', '/home/user/project/.vscode']);
  });

  it('turn Landlock off where the kernel lacks it', () => {
    const { directives } = compileLinux(policy('offline'), noLandlock);
    expect(directive(directives, 'landlock')).toEqual(['off']);
    expect(directive(directives, 'scope')).toEqual([]);
  });
});

describe('limits', () => {
  it('become directives, with CPU time in whole seconds above the limit of the tree', () => {
    const limits = {
      cpuMs: 1500,
      processes: 5,
      files: 64,
      fileSizeBytes: 10,
      memoryBytes: 99,
      addressSpaceBytes: 77,
    };
    expect(directive(compileLinux(policy('offline', { limits }), standard).directives, 'limit')).toEqual([
      'cpu 3',
      'address-space 77',
      'files 64',
      'file-size 10',
      'processes 5',
      'memory 99',
    ]);
  });

  it('hold for a run that is not confined, too', () => {
    const { directives } = compileLinux(policy('trusted', { limits: { files: 64 } }), standard);
    expect(directives).toEqual(['init', 'subreaper', 'privileges', 'keep', 'limit', 'files', '64']);
  });
});
