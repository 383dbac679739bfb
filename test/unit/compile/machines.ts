import { type LinuxProbe, type ProfileName, type SandboxPolicy } from '../../../src/types.js';

/** A machine that has everything. */
export const standard: LinuxProbe = {
  system: 'linux',
  kernel: '6.18.0',
  landlockAbi: 7,
  landlockState: 'enabled',
  landlockSignalScope: true,
  landlockAbstractUnixScope: true,
  landlockTruncate: true,
  landlockNet: true,
  landlockResolveUnix: false,
  seccomp: true,
  namespaces: true,
  uid: 1000,
  pidfd: true,
  cgroup: false,
};

/** Docker's default, or Ubuntu with restricted user namespaces. */
export const light: LinuxProbe = {
  ...standard,
  namespaces: false,
  namespacesFailure: { stage: 'clone', errno: 1, message: 'EPERM: operation not permitted' },
};

const noLandlockFields = {
  landlockAbi: 0,
  landlockState: 'missing',
  landlockSignalScope: false,
  landlockAbstractUnixScope: false,
  landlockTruncate: false,
  landlockNet: false,
} as const;

/** A kernel that was built without Landlock. */
export const noLandlock: LinuxProbe = { ...standard, ...noLandlockFields };

/** Neither Landlock nor namespaces. */
export const nothing: LinuxProbe = { ...light, ...noLandlockFields };

export const machines = { standard, light, 'no-landlock': noLandlock, nothing } as const;

const workspace = '/home/user/project';

type Overrides = Omit<Partial<SandboxPolicy>, 'filesystem'> & {
  readonly filesystem?: Partial<SandboxPolicy['filesystem']>;
};

/** A policy as the resolver makes it for a project with a repository, in a home directory with credentials. */
export function policy(base: ProfileName, overrides: Overrides = {}): SandboxPolicy {
  const confined = base !== 'trusted';
  const writes = base === 'workspace-write' || base === 'workspace-net';
  const { filesystem, ...rest } = overrides;
  return {
    version: 1,
    profile: base,
    base,
    confined,
    workspace,
    workspaceAccess: writes || !confined ? 'write' : 'read',
    network: base === 'workspace-net' || !confined ? 'all' : 'none',
    limits: {},
    isolation: 'auto',
    compat: 'hard',
    ...rest,
    filesystem: {
      read: 'all',
      readable: ['/'],
      writable: writes ? [workspace] : confined ? [] : ['/'],
      protected: writes
        ? [
            { path: `${workspace}/.git/config`, kind: 'file' },
            { path: `${workspace}/.git/hooks`, kind: 'directory' },
            { path: `${workspace}/.vscode`, kind: 'absent' },
          ]
        : [],
      hidden: confined
        ? [
            { path: '/home/user/.aws', kind: 'absent' },
            { path: '/home/user/.ssh', kind: 'directory' },
          ]
        : [],
      ...filesystem,
    },
  };
}

/** Directives as pairs of a keyword and its first argument, to search in. */
export function directive(directives: readonly string[], keyword: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < directives.length; at += directives[at] === 'limit' ? 3 : 2) {
    if (directives[at] === keyword)
      found.push(directives.slice(at + 1, at + (keyword === 'limit' ? 3 : 2)).join(' '));
  }
  return found;
}
