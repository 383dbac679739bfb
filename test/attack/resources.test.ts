import { expect } from 'vitest';
import { type Compat, type Limits, type Verdict } from '../../src/types.js';
import { type TierName } from '../helpers/cases.js';
import { namespacesAvailable } from '../helpers/features.js';
import { defineAttack } from './harness.js';
import { accepted, program } from './support.js';

const mega = 1024 * 1024;

interface Case {
  readonly name: string;
  readonly attack: readonly [name: string, ...args: readonly (string | number)[]];
  readonly limits: Limits;
  /** Verdicts that are right. Where the kernel refuses the excess, the program goes on and ends by itself. */
  readonly verdicts: readonly Verdict[];
  readonly compat?: Compat;
  readonly applies?: (profile: string, tier: TierName) => boolean;
}

/** A private file system for scratch space needs a mount namespace; the light tier has a directory of the host. */
const withMounts = (_profile: string, tier: TierName): boolean => tier === 'auto' && namespacesAvailable();

const cases: readonly Case[] = [
  {
    name: 'processes',
    attack: ['forks', 300],
    limits: { processes: 50 },
    verdicts: ['limit', 'exit'],
    // The kernel does not count processes of the superuser, nor without namespaces: only a watchdog is left.
    compat: 'best-effort',
  },
  {
    name: 'memory',
    attack: ['memory', 512 * mega],
    limits: { memoryBytes: 128 * mega },
    verdicts: ['memory'],
  },
  {
    name: 'shared memory pages',
    attack: ['shared-memory', 512 * mega],
    limits: { memoryBytes: 128 * mega },
    verdicts: ['memory'],
  },
  {
    name: 'memory of many',
    attack: ['memory-tree', 512 * mega],
    limits: { memoryBytes: 128 * mega },
    verdicts: ['memory'],
  },
  {
    name: 'address space',
    attack: ['address-space', 4096 * mega],
    limits: { addressSpaceBytes: 512 * mega },
    verdicts: ['exit'],
  },
  { name: 'output', attack: ['output', 32 * mega], limits: { outputBytes: mega }, verdicts: ['output'] },
  {
    name: 'file size',
    attack: ['fill', 4 * mega],
    limits: { fileSizeBytes: mega },
    verdicts: ['exit', 'limit'],
  },
  { name: 'open files', attack: ['descriptors', 1000], limits: { files: 64 }, verdicts: ['exit'] },
  {
    name: 'open files, limits raised first',
    attack: ['raise-limits', 1000],
    limits: { files: 64 },
    verdicts: ['exit'],
  },
  { name: 'processor time', attack: ['cpu', 3], limits: { cpuMs: 500 }, verdicts: ['limit'] },
  { name: 'processor time of many', attack: ['cpu-tree', 1.2], limits: { cpuMs: 1000 }, verdicts: ['limit'] },
  {
    name: 'scratch space',
    attack: ['fill', 64 * mega],
    limits: { scratchBytes: 8 * mega },
    verdicts: ['exit'],
    applies: withMounts,
  },
  {
    name: 'shared memory',
    attack: ['fill', 64 * mega, '/dev/shm'],
    limits: { scratchBytes: 8 * mega },
    verdicts: ['exit'],
    applies: withMounts,
  },
];

for (const { name, attack, limits, verdicts, applies, compat } of cases) {
  defineAttack({
    name: `resource: ${name}`,
    ...(applies && { applies }),
    command: () => program('resource', ...attack),
    options: () => ({ limits, compat: compat ?? 'hard' }),
    effect: accepted,
    after: (_scene, result) => {
      expect(verdicts).toContain(result.verdict);
    },
  });
}
