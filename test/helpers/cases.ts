import { type Isolation, type ProfileName } from '../../src/types.js';

/** The profiles that confine. `net-read-only` joins when the egress broker is there; until then it is refused. */
export const restricting = [
  'offline',
  'workspace-write',
  'workspace-net',
] as const satisfies readonly ProfileName[];

export type Restricting = (typeof restricting)[number];

/** Profiles without the host's network. */
export const withoutNetwork: readonly Restricting[] = ['offline', 'workspace-write'];

/** Profiles that may write to the workspace. */
export const writing: readonly Restricting[] = ['workspace-write', 'workspace-net'];

/** Tiers that every run is tried in. `auto` is the standard tier wherever the machine allows namespaces. */
export const tiers = ['auto', 'light'] as const satisfies readonly Isolation[];

export type TierName = (typeof tiers)[number];
