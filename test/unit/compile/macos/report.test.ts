import { describe, expect, it } from 'vitest';
import { missingOf } from '../../../../src/compile/demands.js';
import { demandsOfMac, notesMacos, requireMinimumMacos } from '../../../../src/compile/macos/minimum.js';
import { compileMacos, macosSystem } from '../../../../src/compile/macos/system.js';
import {
  type EnforcementStatus,
  type Guarantee,
  type MacosProbe,
  type SandboxPolicy,
} from '../../../../src/types.js';
import { confined, mac, macPolicy, profiles, workspace } from './macs.js';

const machines: Readonly<Record<string, MacosProbe>> = {
  mac,
  'without sandbox-exec': { ...mac, sandboxExec: false },
  'inside of a sandbox': { ...mac, nested: true },
  'without the launcher': { ...mac, launcher: false },
  'without sandbox_check': { ...mac, sandboxCheck: false },
};

const unsupported = expect.objectContaining({ code: 'ERR_UNSUPPORTED_FEATURE' }) as unknown;
const running = ['offline', 'workspace-write', 'workspace-net', 'trusted'] as const;

function statusOf(one: SandboxPolicy, guarantee: Guarantee, probe = mac): EnforcementStatus {
  return compileMacos(one, probe).enforcement.guarantees[guarantee].status;
}

function start(one: SandboxPolicy, probe = mac): void {
  requireMinimumMacos(one, probe, compileMacos(one, probe).enforcement);
}

describe('the report', () => {
  it('gives a reason for everything that is not full, and none for what is', () => {
    for (const probe of Object.values(machines)) {
      for (const profile of profiles) {
        for (const report of Object.values(compileMacos(macPolicy(profile), probe).enforcement.guarantees)) {
          expect(report.mechanism).not.toBe('');
          expect(report.reason === undefined).toBe(report.status === 'full');
        }
      }
    }
  });

  it('never claims that everybody dies with the host', () => {
    for (const profile of profiles) {
      expect(compileMacos(macPolicy(profile), mac).enforcement.guarantees.survivors).toMatchObject({
        status: 'partial',
        reason: expect.stringContaining('host process itself is killed') as unknown,
      });
    }
  });

  it('says that a process can get lost where only the session tells who belongs to a run', () => {
    for (const [profile, probe] of [
      ['trusted', mac],
      ['offline', machines['without sandbox_check']!],
    ] as const) {
      expect(compileMacos(macPolicy(profile), probe).enforcement.guarantees.survivors.reason).toMatch(
        /left the session/,
      );
    }
  });

  it('claims nothing where nothing confines', () => {
    for (const name of ['without sandbox-exec', 'inside of a sandbox', 'without the launcher']) {
      const { tier, guarantees } = compileMacos(macPolicy('offline'), machines[name]!).enforcement;
      expect(tier).toBe('unconfined');
      for (const guarantee of [
        'fs-write',
        'fs-secrets',
        'network',
        'host-sockets',
        'processes',
        'privilege',
      ] as const) {
        expect(guarantees[guarantee].status).toBe('none');
      }
    }
  });

  it('says that a trusted run promises nothing but its end and its limits', () => {
    const { guarantees } = compileMacos(macPolicy('trusted'), mac).enforcement;
    expect(
      Object.entries(guarantees).flatMap(([name, { status }]) => (status === 'none' ? [] : [name])),
    ).toEqual(['survivors', 'limits']);
  });
});

describe('protected paths', () => {
  it('are full where all of them exist, or nothing may be written', () => {
    const existing = { protected: [{ path: `${workspace}/.git/hooks`, kind: 'directory' as const }] };
    expect(statusOf(macPolicy('workspace-write', existing), 'fs-protected')).toBe('full');
    expect(statusOf(macPolicy('workspace-write', { protected: [] }), 'fs-protected')).toBe('full');
    expect(statusOf(macPolicy('offline'), 'fs-protected')).toBe('full');
  });

  it('are partial where one does not exist: which texts name the same file is up to the volume', () => {
    expect(statusOf(macPolicy('workspace-write'), 'fs-protected')).toBe('partial');
  });
});

describe('limits', () => {
  const limited = (limits: SandboxPolicy['limits']): SandboxPolicy => macPolicy('offline', {}, { limits });

  it.each([
    [{}, 'full'],
    [{ files: 64, fileSizeBytes: 10 }, 'full'],
    [{ memoryBytes: 1 }, 'partial'],
    [{ cpuMs: 1 }, 'partial'],
    [{ processes: 1 }, 'partial'],
    [{ addressSpaceBytes: 1 }, 'partial'],
  ] as const)('%j: %s', (limits, status) => {
    expect(statusOf(limited(limits), 'limits')).toBe(status);
  });

  it('of single processes are not claimed without the launcher', () => {
    expect(statusOf(limited({ files: 64 }), 'limits', machines['without the launcher'])).toBe('none');
    expect(statusOf(limited({}), 'limits', machines['without the launcher'])).toBe('full');
  });
});

describe('under hard', () => {
  it.each(running)('%s starts on a Mac, also without sandbox_check', (profile) => {
    for (const probe of [mac, machines['without sandbox_check']!]) {
      expect(() => {
        start(macPolicy(profile), probe);
      }).not.toThrow();
    }
  });

  it.each(confined)('%s does not start where nothing confines, whatever compat says', (profile) => {
    for (const name of ['without sandbox-exec', 'inside of a sandbox', 'without the launcher']) {
      for (const compat of ['hard', 'best-effort'] as const) {
        expect(() => {
          start(macPolicy(profile, {}, { compat }), machines[name]);
        }).toThrow(unsupported);
      }
    }
  });

  it('says what is missing and what to do', () => {
    expect(() => {
      start(macPolicy('offline'), machines['inside of a sandbox']);
    }).toThrow(/no second one.*outside of that sandbox/);
    expect(() => {
      start(macPolicy('offline'), machines['without the launcher']);
    }).toThrow(/Reinstall/);
  });

  it('net-read-only waits for the egress broker', () => {
    expect(() => {
      start(macPolicy('net-read-only'));
    }).toThrow(/egress broker/);
  });

  it('a limit that nothing holds is refused, and reported under best-effort', () => {
    const one = macPolicy('trusted', {}, { limits: { files: 64 } });
    const probe = machines['without the launcher']!;
    expect(missingOf(one, compileMacos(one, probe).enforcement, demandsOfMac(one, probe))).toEqual([
      'limits',
    ]);
    expect(() => {
      start(one, probe);
    }).toThrow(unsupported);
    expect(() => {
      start({ ...one, compat: 'best-effort' }, probe);
    }).not.toThrow();
  });
});

describe('notes', () => {
  it('name what is missing', () => {
    expect(notesMacos(mac)).toEqual([
      expect.stringContaining('not been tried on a Mac'),
      expect.stringContaining('the first run of a process does not wait for'),
      expect.stringContaining('outlives'),
    ]);
    expect(notesMacos({ ...mac, uid: 0 }).join()).toContain('root');
    expect(notesMacos(machines['without sandbox_check']!).join()).toContain('sandbox_check');
    expect(notesMacos(machines['without sandbox-exec']!).join()).toContain('/usr/bin/sandbox-exec');
  });

  it('are those of the system', () => {
    expect(macosSystem).toMatchObject({
      name: 'macos',
      compile: compileMacos,
      requireMinimum: requireMinimumMacos,
      notes: notesMacos,
    });
  });
});
