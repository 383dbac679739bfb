import { type ProfileName, type SandboxPolicy, type WindowsProbe } from '../../../../src/types.js';

/** Windows 11 with everything. */
export const windows: WindowsProbe = {
  system: 'windows',
  build: 22_631,
  wine: false,
  appContainer: true,
  restrictedToken: true,
  jobLimits: true,
  inJob: false,
  elevated: false,
};

/** A system whose AppContainers were switched off. */
export const noContainer: WindowsProbe = { ...windows, appContainer: false };

/** As measured under Wine 8. */
export const wine: WindowsProbe = {
  ...windows,
  build: 18_362,
  wine: true,
  appContainer: false,
  restrictedToken: false,
  jobLimits: false,
  elevated: true,
};

export const machines = { windows, 'no-container': noContainer, wine } as const;

export const workspace = 'C:\\Users\\user\\project';

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
    limits: confined ? { scratchBytes: 1024 ** 3 } : {},
    isolation: 'auto',
    compat: 'hard',
    ...rest,
    filesystem: {
      read: 'all',
      readable: ['/'],
      writable: writes ? [workspace] : confined ? [] : ['/'],
      protected: writes
        ? [
            { path: `${workspace}\\.git\\config`, kind: 'file' },
            { path: `${workspace}\\.git\\hooks`, kind: 'directory' },
            { path: `${workspace}\\.vscode`, kind: 'absent' },
          ]
        : [],
      hidden: confined
        ? [
            { path: 'C:\\Users\\user\\.aws', kind: 'absent' },
            { path: 'C:\\Users\\user\\.ssh', kind: 'directory' },
            { path: `${workspace}\\secrets`, kind: 'directory' },
          ]
        : [],
      ...filesystem,
    },
  };
}

/** The arguments of every directive of one keyword. */
export function directive(directives: readonly string[], keyword: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < directives.length; at += directives[at] === 'limit' ? 3 : 2) {
    if (directives[at] === keyword)
      found.push(directives.slice(at + 1, at + (keyword === 'limit' ? 3 : 2)).join(' '));
  }
  return found;
}
