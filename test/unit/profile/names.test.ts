import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProfileError } from '../../../src/errors.js';
import {
  findProfileName,
  parseProfileName,
  profileAliases,
  SecurityProfile,
} from '../../../src/profile/names.js';
import { closest } from '../../../src/profile/suggest.js';
import { errorOf } from './tree.js';

const documented: readonly (readonly [string, string])[] = [
  ['offline', 'offline'],
  ['net-read-only', 'net-read-only'],
  ['netreadonly', 'net-read-only'],
  ['read-net', 'net-read-only'],
  ['workspace-write', 'workspace-write'],
  ['workspacewrite', 'workspace-write'],
  ['workspace', 'workspace-write'],
  ['workspace-net', 'workspace-net'],
  ['workspacenet', 'workspace-net'],
  ['trusted', 'trusted'],
  ['full-access', 'trusted'],
];

describe('parseProfileName', () => {
  it.each(documented)('reads %s as %s, whatever the case', (given, expected) => {
    expect(parseProfileName(given)).toBe(expected);
    expect(parseProfileName(given.toUpperCase())).toBe(expected);
  });

  it('knows no other name than the documented ones', () => {
    const known = [...Object.values(SecurityProfile), ...Object.keys(profileAliases)].sort();
    expect(known).toEqual(documented.map(([name]) => name).sort());
  });

  it.each(['', ' offline', 'offline ', 'Read+Net', 'read-only', '__proto__', 'constructor', 'off line'])(
    'refuses %j and never falls back to a default',
    (given) => {
      const error = errorOf(() => parseProfileName(given));
      expect(error).toBeInstanceOf(ProfileError);
      expect(error.code).toBe('ERR_UNKNOWN_PROFILE');
      expect(error.message).toContain('offline, net-read-only, workspace-write, workspace-net, trusted');
    },
  );

  it('suggests the closest name', () => {
    expect(errorOf(() => parseProfileName('ofline')).message).toContain('Did you mean "offline"?');
    expect(errorOf(() => parseProfileName('workspace-wirte')).message).toContain('"workspace-write"');
    expect(errorOf(() => parseProfileName('zzzzzzzzzz')).message).not.toContain('Did you mean');
  });

  it('refuses what is not a string', () => {
    expect(errorOf(() => parseProfileName(undefined as unknown as string)).code).toBe('ERR_UNKNOWN_PROFILE');
  });

  it('accepts no text but the documented names', () => {
    const names = new Set(documented.map(([name]) => name));
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(findProfileName(text) !== undefined).toBe(names.has(text.toLowerCase()));
      }),
    );
  });
});

describe('closest', () => {
  it('is the word itself when it is there, and bounded for long words', () => {
    expect(closest('timeout', ['timeout', 'timeouts'])).toBe('timeout');
    expect(closest('x'.repeat(100_000), ['x'])).toBeUndefined();
    expect(closest('q', ['cwd', 'env'])).toBeUndefined();
  });
});
