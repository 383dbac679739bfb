import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  limitNames,
  overrideLimits,
  parseBytes,
  parseDuration,
  smallestLimits,
  validateLimits,
} from '../../../src/profile/limits.js';
import { errorOf } from './tree.js';

describe('parseBytes', () => {
  it.each([
    ['1', 1],
    ['65536', 65536],
    ['10b', 10],
    ['4k', 4096],
    ['512m', 536870912],
    ['512M', 536870912],
    ['64KiB', 65536],
    ['64kb', 65536],
    ['1.5g', 1610612736],
    ['1t', 1099511627776],
    [' 2m ', 2097152],
  ])('reads %j as %d', (text, expected) => {
    expect(parseBytes(text)).toBe(expected);
  });

  it.each([
    '',
    '0',
    '0m',
    '-1',
    '1e3',
    'm',
    '1x',
    '1 m',
    '.5m',
    '1.m',
    'NaN',
    'Infinity',
    '99999999t',
    '0.0001k',
    '1mm',
  ])('refuses %j and names the option', (text) => {
    const error = errorOf(() => parseBytes(text, '--memory'));
    expect([error.code, error.subject]).toEqual(['ERR_INVALID_OPTION', '--memory']);
  });
});

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['2H', 7_200_000],
    ['1d', 86_400_000],
  ])('reads %j as %d ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(['', '0s', '-1s', '30', '30 s', 's', '1min', '1e3s', '999999999999d'])('refuses %j', (text) => {
    const error = errorOf(() => parseDuration(text, '--timeout'));
    expect([error.code, error.subject]).toEqual(['ERR_INVALID_OPTION', '--timeout']);
  });
});

describe('validateLimits', () => {
  it('accepts every limit', () => {
    expect(() => {
      validateLimits(Object.fromEntries(limitNames.map((name) => [name, 1])));
    }).not.toThrow();
  });

  it.each([0, -1, 1.5, NaN, Infinity, '1', null, true, {}, 2 ** 53])(
    'refuses %j for every limit',
    (value) => {
      for (const name of limitNames) {
        const error = errorOf(() => {
          validateLimits({ [name]: value });
        });
        expect([error.code, error.subject]).toEqual(['ERR_INVALID_OPTION', `limits.${name}`]);
      }
    },
  );

  it('refuses an unknown limit and suggests one', () => {
    const error = errorOf(() => {
      validateLimits({ memoryBtyes: 1 });
    });
    expect(error.message).toContain('Did you mean "memoryBytes"?');
  });
});

describe('merging limits', () => {
  const limits = fc.record(
    Object.fromEntries(limitNames.map((name) => [name, fc.integer({ min: 1, max: 9 })])),
    { requiredKeys: [] },
  );

  it('takes the smaller one, and one that only one side has', () => {
    fc.assert(
      fc.property(limits, limits, (a, b) => {
        const merged = smallestLimits(a, b);
        for (const name of limitNames) {
          const given = [a[name], b[name]].filter((value) => value !== undefined);
          expect(merged[name]).toBe(given.length > 0 ? Math.min(...given) : undefined);
        }
      }),
    );
  });

  it('overrides with what is given and lifts nothing', () => {
    expect(overrideLimits({ files: 1, processes: 2 }, { files: 3, processes: undefined })).toEqual({
      files: 3,
      processes: 2,
    });
    expect(overrideLimits({ files: 1 })).toEqual({ files: 1 });
  });
});
