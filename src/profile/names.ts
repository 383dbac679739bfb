import { ProfileError } from '../errors.js';
import type { ProfileName, SecurityProfile as SecurityProfileType } from '../types.js';
import { didYouMean } from './suggest.js';

/** What a caller passes as a profile: one of the five names, or a value made by `defineProfile`. */
export type SecurityProfile = SecurityProfileType;

/** The five profile names, from the most to the least restricting. */
export const SecurityProfile = Object.freeze({
  Offline: 'offline',
  NetReadOnly: 'net-read-only',
  WorkspaceWrite: 'workspace-write',
  WorkspaceNet: 'workspace-net',
  Trusted: 'trusted',
} as const);

/** Every other spelling that is accepted where a profile name is read. */
export const profileAliases: Readonly<Record<string, ProfileName>> = Object.freeze({
  netreadonly: 'net-read-only',
  'read-net': 'net-read-only',
  workspacewrite: 'workspace-write',
  workspace: 'workspace-write',
  workspacenet: 'workspace-net',
  'full-access': 'trusted',
} as const);

const names: readonly ProfileName[] = Object.values(SecurityProfile);
const known = new Map<string, ProfileName>([
  ...names.map((name): [string, ProfileName] => [name, name]),
  ...Object.entries(profileAliases),
]);

/** The profile that a name or alias stands for, whatever its case; undefined when there is none. */
export function findProfileName(name: string): ProfileName | undefined {
  return known.get(name.toLowerCase());
}

/** The profile that a name or alias stands for. An unknown name is an error and never a default. */
export function parseProfileName(name: string): ProfileName {
  const given: unknown = name;
  if (typeof given !== 'string') {
    throw new ProfileError('ERR_UNKNOWN_PROFILE', `A profile name must be a string, not ${typeof given}.`);
  }
  const found = findProfileName(given);
  if (found !== undefined) return found;
  throw new ProfileError(
    'ERR_UNKNOWN_PROFILE',
    `There is no profile ${JSON.stringify(given)}.${didYouMean(given, [...known.keys()])} The profiles are ${names.join(', ')}.`,
    { subject: given },
  );
}
