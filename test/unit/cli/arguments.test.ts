import { describe, expect, it } from 'vitest';
import { type Options, parse } from '../../../src/cli/arguments.js';
import { didYouMean, UsageError } from '../../../src/cli/usage_error.js';

const options: Options = {
  profile: { type: 'string', short: 'p', help: '' },
  env: { type: 'string', multiple: true, help: '' },
  json: { type: 'boolean', help: '' },
};

describe('options', () => {
  it('are read in every spelling', () => {
    for (const args of [['-p', 'x'], ['-px'], ['--profile', 'x'], ['--profile=x']]) {
      expect(parse([...args, 'cmd'], options).text('profile')).toBe('x');
    }
    expect(parse(['--env', 'A=1', '--env', 'B', '--json'], options).list('env')).toEqual(['A=1', 'B']);
    expect(parse(['--json'], options).flag('json')).toBe(true);
    expect(parse([], options).flag('json')).toBe(false);
  });

  it('end at the first positional: what follows belongs to the command', () => {
    const parsed = parse(['-p', 'x', 'ls', '--json', '-p', 'y'], options);
    expect(parsed.rest).toEqual(['ls', '--json', '-p', 'y']);
    expect(parsed.flag('json')).toBe(false);
    expect(parsed.text('profile')).toBe('x');
  });

  it('end at --, which may also be a value', () => {
    expect(parse(['--json', '--', '--profile'], options).rest).toEqual(['--profile']);
    expect(parse(['--', '--', 'x'], options).rest).toEqual(['--', 'x']);
  });

  it('keep an equals sign inside a value', () => {
    expect(parse(['--env=A=b=c'], options).list('env')).toEqual(['A=b=c']);
  });

  it('that are unknown are refused, with a suggestion', () => {
    expect(() => parse(['--profil', 'x'], options)).toThrow(
      'Unknown option --profil. Did you mean "--profile"?',
    );
    expect(() => parse(['-z'], options)).toThrow(UsageError);
    expect(() => parse(['--no-json'], options)).toThrow(UsageError);
    expect(() => parse(['--toString'], options)).toThrow(UsageError);
  });

  it('without their value are refused', () => {
    expect(() => parse(['--profile'], options)).toThrow(UsageError);
    expect(() => parse(['--json=yes'], options)).toThrow(UsageError);
  });
});

describe('suggestions', () => {
  it('are made for slips only', () => {
    expect(didYouMean('--timout', ['--timeout', '--json'])).toBe(' Did you mean "--timeout"?');
    expect(didYouMean('--zzz', ['--timeout', '--json'])).toBe('');
  });
});
