import { describe, expect, it } from 'vitest';
import { compileLinux } from '../../../src/compile/linux.js';
import { requireMinimum, shortfalls } from '../../../src/compile/minimum.js';
import { type LinuxProbe, type SandboxPolicy } from '../../../src/types.js';
import { light, noLandlock, nothing, policy, standard } from './machines.js';

function start(one: SandboxPolicy, probe: LinuxProbe): void {
  requireMinimum(one, probe, compileLinux(one, probe).enforcement);
}

function missing(one: SandboxPolicy, probe: LinuxProbe): readonly string[] {
  return shortfalls(one, probe, compileLinux(one, probe).enforcement);
}

const unsupported = expect.objectContaining({ code: 'ERR_UNSUPPORTED_FEATURE' }) as unknown;
const running = ['offline', 'workspace-write', 'workspace-net', 'trusted'] as const;

describe('under hard', () => {
  it.each(running)('%s starts with namespaces, without them, and without Landlock', (profile) => {
    for (const probe of [standard, light, noLandlock])
      expect(() => {
        start(policy(profile), probe);
      }).not.toThrow();
  });

  it.each(['offline', 'workspace-write', 'workspace-net'] as const)(
    '%s does not start without both',
    (profile) => {
      expect(() => {
        start(policy(profile), nothing);
      }).toThrow(unsupported);
    },
  );

  it('trusted promises no confinement and starts everywhere', () => {
    expect(() => {
      start(policy('trusted'), nothing);
    }).not.toThrow();
  });

  it('says what is missing and how to get it', () => {
    expect(() => {
      start(policy('offline'), nothing);
    }).toThrow(/Landlock.*user namespaces/);
    expect(() => {
      start(policy('offline'), { ...nothing, landlockState: 'disabled' });
    }).toThrow(/at boot/);
  });

  it('does not advise to allow namespaces that the kernel is too old for', () => {
    const namespacesFailure = { stage: 'mounts', errno: 38, message: 'ENOSYS: function not implemented' };
    const old = { ...nothing, namespacesFailure };
    expect(() => {
      start(policy('offline'), old);
    }).toThrow(/\(ENOSYS: function not implemented at "mounts"\)\. Use a newer kernel/);
    expect(() => {
      start(policy('offline'), old);
    }).not.toThrow(/Allow/);
  });
});

describe('single features', () => {
  it('truncation needs ABI 3 where Landlock is alone', () => {
    expect(missing(policy('offline'), { ...light, landlockTruncate: false, landlockAbi: 2 })).toContain(
      'fs-write',
    );
    expect(missing(policy('offline'), { ...standard, landlockTruncate: false, landlockAbi: 2 })).toEqual([]);
  });

  it('signals need the scope of ABI 6 where there is no pid namespace', () => {
    const old = { ...light, landlockSignalScope: false };
    expect(missing(policy('offline'), old)).toEqual(['processes', 'survivors']);
    expect(missing(policy('offline'), { ...standard, landlockSignalScope: false })).toEqual([]);
  });

  it('an allow list of reads needs Landlock', () => {
    const minimal = policy('offline', { filesystem: { read: 'minimal', readable: ['/usr'] } });
    expect(missing(minimal, noLandlock)).toEqual(['fs-secrets']);
    expect(missing(minimal, light)).toEqual([]);
  });

  it('a secret inside a writable tree needs mounts', () => {
    const secret = policy('workspace-write', {
      filesystem: { hidden: [{ path: '/home/user/project/.env', kind: 'file' }] },
    });
    expect(missing(secret, light)).toEqual(['fs-secrets']);
    expect(missing(secret, standard)).toEqual([]);
  });

  it('a confined run needs seccomp, whatever compat says', () => {
    const without = { ...standard, seccomp: false };
    expect(() => {
      start(policy('offline', { compat: 'best-effort' }), without);
    }).toThrow(unsupported);
  });
});

describe('limits', () => {
  const counted = policy('offline', { limits: { processes: 10 } });

  it('on processes need the kernel to count them', () => {
    expect(missing(counted, standard)).toEqual([]);
    expect(missing(counted, light)).toEqual(['limits']);
    expect(missing(counted, { ...standard, uid: 0 })).toEqual(['limits']);
  });

  it('on memory and CPU time may be held by a watchdog, and the report says so', () => {
    const watched = policy('offline', { limits: { memoryBytes: 1, cpuMs: 1 } });
    expect(missing(watched, standard)).toEqual([]);
    const { limits } = compileLinux(watched, standard).enforcement.guarantees;
    expect(limits).toMatchObject({
      status: 'partial',
      reason: expect.stringContaining('watchdog') as unknown,
    });
  });

  it('on memory and processes are the kernel’s where control groups were delegated, in every tier', () => {
    const limited = policy('offline', { limits: { memoryBytes: 1, processes: 10 } });
    for (const machine of [standard, light, { ...standard, uid: 0 }]) {
      const delegated = { ...machine, cgroup: true };
      expect(missing(limited, delegated)).toEqual([]);
      const { directives, enforcement, watchdog } = compileLinux(limited, delegated);
      expect(enforcement.guarantees.limits).toMatchObject({ status: 'full' });
      expect(directives.slice(-2)).toEqual(['cgroup', 'own']);
      expect(watchdog).toEqual({ memory: 0, processes: 0, cpuMs: 0 });
    }
  });

  it('that need no control group do not make one', () => {
    const plain = policy('offline', { limits: { cpuMs: 1000, files: 10 } });
    const probe = {
      ...standard,
      get cgroup(): boolean {
        throw new Error('asked for');
      },
    };
    expect(compileLinux(plain, probe).directives).not.toContain('cgroup');
  });

  it('of a trusted run may be held by a watchdog', () => {
    expect(missing(policy('trusted', { limits: { processes: 10 } }), standard)).toEqual([]);
  });
});

describe('best-effort', () => {
  it('starts with less and reports it', () => {
    const one = policy('offline', { compat: 'best-effort' });
    const old = { ...light, landlockSignalScope: false };
    expect(() => {
      start(one, old);
    }).not.toThrow();
    expect(compileLinux(one, old).enforcement.guarantees.processes.status).toBe('partial');
  });

  it('never starts without anything that confines', () => {
    expect(() => {
      start(policy('offline', { compat: 'best-effort' }), nothing);
    }).toThrow(unsupported);
  });

  it('never starts a profile whose mechanism does not exist yet', () => {
    expect(() => {
      start(policy('net-read-only', { compat: 'best-effort' }), standard);
    }).toThrow(/broker/);
  });
});
