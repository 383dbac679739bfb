import { compileMacos } from '../../../../src/compile/macos/system.js';
import {
  type MacosProbe,
  type PolicyPath,
  type ProfileName,
  type SandboxPolicy,
} from '../../../../src/types.js';
import { evaluate, type Profile } from '../../../helpers/sbpl/evaluate.js';
import { directive, policy } from '../machines.js';

export const mac: MacosProbe = {
  system: 'macos',
  version: '14.5',
  sandboxExec: true,
  sandboxCheck: true,
  nested: false,
  launcher: true,
  uid: 501,
};

export const profiles: readonly ProfileName[] = [
  'offline',
  'net-read-only',
  'workspace-write',
  'workspace-net',
  'trusted',
];
export const confined = profiles.filter((name) => name !== 'trusted');
export const writing: readonly ProfileName[] = ['workspace-write', 'workspace-net'];

export const home = '/Users/me';
export const workspace = '/Users/me/project';
export const scratches = '/private/var/folders/zz/T/moated';

/** What the addon adds for each run. */
export const runValues: Readonly<Record<string, string>> = {
  SCRATCHES: scratches,
  SCRATCH: `${scratches}/run`,
  LAUNCHER: '/Users/me/project/node_modules/moated/prebuilds/darwin-arm64/moated-launcher',
  MARK_IN: 'moated.run.in',
  MARK_OUT: 'moated.run.out',
  TAG: 'moated.run',
};

const guarded: readonly PolicyPath[] = [
  { path: `${workspace}/.git/config`, kind: 'file' },
  { path: `${workspace}/.git/hooks`, kind: 'directory' },
  { path: `${workspace}/.vscode`, kind: 'absent' },
  { path: `${workspace}/deep/er/.envrc`, kind: 'absent' },
];
const secrets: readonly PolicyPath[] = [
  { path: `${home}/.aws`, kind: 'absent' },
  { path: `${home}/.ssh`, kind: 'directory' },
];

/** A policy as the resolver makes it for a project on a Mac. */
export function macPolicy(
  base: ProfileName,
  filesystem: Partial<SandboxPolicy['filesystem']> = {},
  rest: Partial<Omit<SandboxPolicy, 'filesystem'>> = {},
): SandboxPolicy {
  const writes = writing.includes(base);
  return policy(base, {
    workspace,
    ...rest,
    filesystem: {
      writable: writes ? [workspace] : base === 'trusted' ? ['/'] : [],
      protected: writes ? guarded : [],
      hidden: base === 'trusted' ? [] : secrets,
      ...filesystem,
    },
  });
}

/** The parameters of a plan, as `sandbox-exec` is given them. */
export function parametersOf(directives: readonly string[]): Readonly<Record<string, string>> {
  const entries = directive(directives, 'param').map((entry) => [
    entry.slice(0, entry.indexOf('=')),
    entry.slice(entry.indexOf('=') + 1),
  ]);
  return { ...(Object.fromEntries(entries) as Record<string, string>), ...runValues };
}

export function profileText(directives: readonly string[]): string {
  return directive(directives, 'profile')[0] ?? '';
}

/** The rules of a policy, as the library would make them out of what the addon hands over. */
export function rulesOf(one: SandboxPolicy, without: readonly string[] = []): Profile {
  const { directives } = compileMacos(one, mac);
  return evaluate(profileText(directives), { parameters: parametersOf(directives), without });
}
