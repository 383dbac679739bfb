import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, policyHash } from '../../../src/profile/hash.js';
import type { SandboxPolicy } from '../../../src/types.js';

const policy: SandboxPolicy = {
  version: 1,
  profile: 'offline',
  base: 'offline',
  confined: true,
  workspace: '/w',
  workspaceAccess: 'read',
  filesystem: {
    read: 'all',
    readable: ['/'],
    writable: [],
    protected: [],
    hidden: [{ path: '/s', kind: 'file' }],
  },
  network: 'none',
  limits: {},
  isolation: 'auto',
  compat: 'hard',
};

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, shuffled(item)]),
  );
}

describe('policyHash', () => {
  it('is SHA-256 in hex and does not depend on the order of keys or on undefined', () => {
    expect(policyHash(policy)).toMatch(/^[0-9a-f]{64}$/);
    expect(policyHash(shuffled(policy) as SandboxPolicy)).toBe(policyHash(policy));
    expect(policyHash({ ...policy, limits: { files: undefined } })).toBe(policyHash(policy));
  });

  it('changes with every part of a policy', () => {
    const changes: Partial<SandboxPolicy>[] = [
      { profile: 'x' },
      { base: 'workspace-write' },
      { confined: false },
      { workspace: '/v' },
      { workspaceAccess: 'write' },
      { network: 'all' },
      { limits: { files: 1 } },
      { isolation: 'light' },
      { compat: 'best-effort' },
      { filesystem: { ...policy.filesystem, read: 'minimal' } },
      { filesystem: { ...policy.filesystem, writable: ['/w'] } },
      { filesystem: { ...policy.filesystem, hidden: [{ path: '/s', kind: 'absent' }] } },
    ];
    const hashes = [policy, ...changes.map((change) => ({ ...policy, ...change }))].map(policyHash);
    expect(new Set(hashes).size).toBe(changes.length + 1);
  });

  it('has canonical JSON that means the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
      }),
    );
  });
});
