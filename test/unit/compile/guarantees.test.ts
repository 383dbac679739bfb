import { describe, expect, it } from 'vitest';
import { compileLinux } from '../../../src/compile/linux.js';
import {
  type EnforcementStatus,
  type Guarantee,
  type LinuxProbe,
  type SandboxPolicy,
} from '../../../src/types.js';
import { light, machines, policy, standard } from './machines.js';

function statusOf(one: SandboxPolicy, probe: LinuxProbe, guarantee: Guarantee): EnforcementStatus {
  return compileLinux(one, probe).enforcement.guarantees[guarantee].status;
}

describe('the report', () => {
  it('gives a reason for everything that is not full, and none for what is', () => {
    for (const probe of Object.values(machines)) {
      for (const profile of ['offline', 'workspace-write', 'workspace-net', 'trusted'] as const) {
        const { guarantees } = compileLinux(policy(profile), probe).enforcement;
        for (const report of Object.values(guarantees)) {
          expect(report.mechanism).not.toBe('');
          expect(report.reason === undefined).toBe(report.status === 'full');
        }
      }
    }
  });

  it('says that workspace-net has the whole network', () => {
    expect(compileLinux(policy('workspace-net'), standard).enforcement.guarantees.network).toMatchObject({
      status: 'none',
      reason: expect.stringContaining('whole network') as unknown,
    });
  });

  it('says that a trusted run promises nothing but its end and its limits', () => {
    const { guarantees, tier } = compileLinux(policy('trusted'), standard).enforcement;
    expect(tier).toBe('unconfined');
    const promised = Object.entries(guarantees).filter(([, { status }]) => status !== 'none');
    expect(promised.map(([name]) => name)).toEqual(['survivors', 'limits']);
  });
});

describe('metadata', () => {
  it.each([
    ['offline', standard, 'full'],
    ['offline', light, 'full'],
    ['workspace-write', standard, 'full'],
    ['workspace-write', light, 'partial'],
  ] as const)('%s', (profile, probe, status) => {
    expect(statusOf(policy(profile), probe, 'fs-metadata')).toBe(status);
  });
});

describe('protected paths', () => {
  const existing = {
    filesystem: { protected: [{ path: '/home/user/project/.git', kind: 'directory' as const }] },
  };

  it('are full where mounts hold all of them', () => {
    expect(statusOf(policy('workspace-write', existing), standard, 'fs-protected')).toBe('full');
  });

  it('are partial where one does not exist yet', () => {
    expect(statusOf(policy('workspace-write'), standard, 'fs-protected')).toBe('partial');
  });

  it('are partial where a link leads to one', () => {
    const linked = { filesystem: { ...existing.filesystem, protectedLinks: ['/home/user/project/link'] } };
    expect(statusOf(policy('workspace-write', linked), standard, 'fs-protected')).toBe('partial');
  });

  it('are partial without mounts', () => {
    expect(statusOf(policy('workspace-write', existing), light, 'fs-protected')).toBe('partial');
  });

  it('are full where nothing may be written, or none is where something may', () => {
    expect(statusOf(policy('offline'), light, 'fs-protected')).toBe('full');
    expect(
      statusOf(policy('workspace-write', { filesystem: { protected: [] } }), light, 'fs-protected'),
    ).toBe('full');
  });
});
