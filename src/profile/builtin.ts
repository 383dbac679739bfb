import type { FilesystemRules, ProfileDefinition, ProfileName } from '../types.js';

const rules: Required<FilesystemRules> = Object.freeze({
  read: 'all',
  allowRead: Object.freeze([]),
  allowWrite: Object.freeze([]),
  protect: Object.freeze([]),
  hide: Object.freeze([]),
});

function builtin(name: ProfileName, differences: Partial<ProfileDefinition> = {}): ProfileDefinition {
  return Object.freeze({
    name,
    base: name,
    workspace: 'read',
    filesystem: rules,
    network: 'none',
    confined: true,
    limits: Object.freeze({}),
    ...differences,
  });
}

/** The five profiles as data. `trusted` is the only one that does not confine. */
export const builtinProfiles: Readonly<Record<ProfileName, ProfileDefinition>> = Object.freeze({
  offline: builtin('offline'),
  // Its network is the egress broker's: nothing of the host's network is given directly.
  'net-read-only': builtin('net-read-only'),
  'workspace-write': builtin('workspace-write', { workspace: 'write' }),
  'workspace-net': builtin('workspace-net', { workspace: 'write', network: 'all' }),
  trusted: builtin('trusted', { workspace: 'write', network: 'all', confined: false }),
});
