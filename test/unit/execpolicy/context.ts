import { posix } from 'node:path';
import { readAccess, writeAccess } from '../../../src/compile/access.js';
import { checkCommand } from '../../../src/execpolicy/check.js';
import { type ShellDialect, type VettingContext } from '../../../src/execpolicy/context.js';
import { type Decision } from '../../../src/execpolicy/decision.js';
import { defaultPolicy } from '../../../src/execpolicy/defaults/policy.js';
import { type PolicyFile } from '../../../src/execpolicy/rule.js';
import { loadPolicies } from '../../../src/execpolicy/rules/load.js';
import { type ProfileName, type SandboxPolicy } from '../../../src/types.js';

export const home = '/home/user';
export const workspace = '/home/user/workspace';

const writes: readonly ProfileName[] = ['workspace-write', 'workspace-net', 'trusted'];
const networks: readonly ProfileName[] = ['net-read-only', 'workspace-net', 'trusted'];

/** A profile as `resolve.ts` would write it out for a machine whose files are all where their names say. */
export function policyOf(profile: ProfileName): SandboxPolicy {
  const mayWrite = writes.includes(profile);
  return {
    version: 1,
    profile,
    base: profile,
    confined: profile !== 'trusted',
    workspace,
    workspaceAccess: mayWrite ? 'write' : 'read',
    filesystem: {
      read: 'all',
      readable: ['/'],
      writable: mayWrite ? [workspace] : [],
      protected: [
        { path: `${workspace}/.git/hooks`, kind: 'directory' },
        { path: `${workspace}/.git/config`, kind: 'file' },
        { path: `${workspace}/.envrc`, kind: 'absent' },
      ],
      hidden: [
        { path: `${home}/.ssh`, kind: 'directory' },
        { path: '/etc/shadow', kind: 'file' },
      ],
    },
    network: networks.includes(profile) ? 'all' : 'none',
    limits: {},
    isolation: 'auto',
    compat: 'hard',
  };
}

export function contextOf(profile: ProfileName, dialect?: ShellDialect): VettingContext {
  const policy = policyOf(profile);
  const resolved = (path: string): string => posix.resolve('/', path);
  return {
    cwd: workspace,
    home,
    network: policy.network,
    paths: {
      read: (path) => readAccess(resolved(path), policy, true),
      write: (path) => writeAccess(resolved(path), policy, true),
    },
    ...(dialect === undefined ? {} : { dialect }),
  };
}

export const shipped = loadPolicies([defaultPolicy]);

/** The answer of the policy that ships. */
export function check(
  command: string | readonly string[],
  profile: ProfileName = 'workspace-write',
  dialect?: ShellDialect,
): Decision {
  return checkCommand(shipped, command, contextOf(profile, dialect));
}

/** The answer of policies alone, without the one that ships. */
export function checkWith(
  files: readonly PolicyFile[],
  command: string | readonly string[],
  profile: ProfileName = 'workspace-write',
): Decision {
  return checkCommand(loadPolicies(files), command, contextOf(profile));
}
