import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PolicyError } from '../../../src/errors.js';
import { defaultPolicy } from '../../../src/execpolicy/defaults/policy.js';
import { checkPolicy } from '../../../src/execpolicy/rules/check_policy.js';
import { accepts, type Schema } from './json_schema.js';

const schema = JSON.parse(
  readFileSync(new URL('../../../schemas/execpolicy.schema.json', import.meta.url), 'utf8'),
) as Schema;

function refusal(value: unknown): string | undefined {
  try {
    checkPolicy(value, 'test');
    return undefined;
  } catch (error) {
    if (error instanceof PolicyError) return error.message;
    throw error;
  }
}

/** What the validator says beyond the shape: these the schema cannot. */
const beyondShape =
  /same id|leaves nothing after|is for rules that let anything follow|must be "flag"|cannot stand beside|two operands that repeat|a fallback must ask|must list every option/;

const rule = { id: 'a', decision: 'allow', justification: 'b', pattern: ['c'] };
const policy = (parts: object): object => ({ version: 1, name: 'test', ...parts });

// One of everything, to start mutations from.
const full = JSON.parse(
  JSON.stringify(
    policy({
      rules: [
        {
          ...rule,
          options: { '-a': 'flag', '--bee': { value: 'write', access: { write: ['.'] }, method: 'PUT' } },
          operands: ['read*', ['x', 'y']],
          match: ['c x'],
          notMatch: [['c', 'z']],
        },
        {
          ...rule,
          id: 'b',
          pattern: [['c', 'd'], 'e'],
          contains: ['-f'],
          touches: ['/'],
          access: { read: ['a'] },
          suggestion: 's',
        },
      ],
      network: [
        {
          id: 'n',
          decision: 'deny',
          justification: 'j',
          hosts: ['*.a.b', '::1'],
          ports: [1],
          methods: ['GET'],
        },
      ],
      variables: [{ id: 'v', decision: 'ask', justification: 'j', names: ['LD_*'], lowerCase: true }],
      executables: [{ name: 'c', paths: ['/bin/c'], digest: `sha256:${'0'.repeat(64)}` }],
      programs: [{ name: 'git', options: { '-C': 'cwd' } }],
      replaces: ['default/remove'],
    }),
  ),
) as object;

describe('the schema and the validator', () => {
  it('both accept the policy that ships', () => {
    const data: unknown = JSON.parse(JSON.stringify(defaultPolicy));
    expect(refusal(data)).toBeUndefined();
    expect(accepts(schema, data)).toBe(true);
  });

  it('both accept one of everything', () => {
    expect(refusal(full)).toBeUndefined();
    expect(accepts(schema, full)).toBe(true);
  });

  it('agree about every mutation of it', () => {
    const values: unknown[] = [
      null,
      true,
      false,
      0,
      1,
      65536,
      '',
      ' ',
      'a',
      'GET',
      '-x',
      '--long',
      '*',
      'read+',
      '/a',
      '/a/..',
      '\u0007',
      [],
      [[]],
      ['a'],
      {},
      { a: 1 },
      'flag',
      'allow',
    ];
    const paths: (readonly (string | number)[])[] = [];
    const walk = (value: unknown, path: readonly (string | number)[]): void => {
      paths.push(path);
      if (Array.isArray(value))
        value.forEach((one, index) => {
          walk(one, [...path, index]);
        });
      else if (typeof value === 'object' && value !== null)
        for (const [key, one] of Object.entries(value)) walk(one, [...path, key]);
    };
    walk(full, []);
    const mutate = (
      path: readonly (string | number)[],
      change: (parent: Record<string, unknown>, key: string) => void,
    ): unknown => {
      const copy = JSON.parse(JSON.stringify({ root: full })) as Record<string, unknown>;
      const whole = ['root', ...path];
      let parent = copy;
      for (const key of whole.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
      change(parent, String(whole.at(-1)));
      return copy['root'];
    };
    let accepted = 0;
    let refused = 0;
    const compare = (value: unknown): void => {
      const message = refusal(value);
      if (message !== undefined && beyondShape.test(message)) return;
      const verdict = accepts(schema, value);
      if (verdict !== (message === undefined))
        throw new Error(`schema ${verdict}, validator ${message ?? 'accepts'}: ${JSON.stringify(value)}`);
      if (verdict) accepted += 1;
      else refused += 1;
    };
    const at = fc.constantFrom(...paths);
    fc.assert(
      fc.property(
        at,
        fc.constantFrom(...values),
        fc.constantFrom('set', 'delete', 'add'),
        fc.constantFrom('extra', 'id', 'match', '-z', '*'),
        (path, value, kind, key) => {
          compare(
            mutate(path, (parent, last) => {
              if (kind === 'set') parent[last] = value;
              else if (kind === 'delete' && !Array.isArray(parent)) Reflect.deleteProperty(parent, last);
              else if (
                typeof parent[last] === 'object' &&
                parent[last] !== null &&
                !Array.isArray(parent[last])
              )
                (parent[last] as Record<string, unknown>)[key] = value;
            }),
          );
        },
      ),
      { numRuns: 6000, seed: 20 },
    );
    console.log(`schema and validator: ${accepted} accepted, ${refused} refused by both, seed 20`);
    expect(accepted).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1000);
  });
});

describe('a policy is refused, with the place and the fix', () => {
  it.each<[string, object, RegExp]>([
    [
      'an empty pattern',
      { rules: [{ ...rule, pattern: [] }] },
      /rules\[0\] \(a\)\.pattern: is an empty list/,
    ],
    ['empty alternatives', { rules: [{ ...rule, pattern: ['c', []] }] }, /pattern\[1\]: is an empty list/],
    [
      'a blank justification',
      { rules: [{ ...rule, justification: ' ' }] },
      /justification: must not be blank/,
    ],
    [
      'a missing justification',
      { rules: [{ id: 'a', decision: 'ask', pattern: ['c'] }] },
      /justification is missing/,
    ],
    [
      'an unknown decision',
      { rules: [{ ...rule, decision: 'prompt' }] },
      /must be one of allow, ask, deny, not "prompt"/,
    ],
    ['an unknown key', { rules: [{ ...rule, pattern: ['c'], patern: ['c'] }] }, /"patern" is not known here/],
    [
      'two rules with one id',
      { rules: [rule, rule] },
      /rules\[1\] \(a\): another rule of this file has the same id/,
    ],
    [
      '"*" beside an option that writes',
      { rules: [{ ...rule, options: { '*': 'flag', '-o': 'write' } }] },
      /List every option/,
    ],
    ['two operands that repeat', { rules: [{ ...rule, operands: ['read*', 'write+'] }] }, /Keep one/],
    [
      'exact with options',
      { rules: [{ ...rule, exact: true, options: {} }] },
      /leaves nothing after the pattern/,
    ],
    [
      'contains with operands',
      { rules: [{ ...rule, contains: ['-f'], operands: [] }] },
      /List the options instead/,
    ],
    ['a fallback that allows', { rules: [{ ...rule, fallback: true }] }, /a fallback must ask/],
    [
      'a blank host',
      { network: [{ id: 'n', decision: 'ask', justification: 'j', hosts: [''] }] },
      /hosts\[0\]: must be a host/,
    ],
    [
      'a port that is none',
      { network: [{ id: 'n', decision: 'ask', justification: 'j', hosts: ['a'], ports: [0] }] },
      /port from 1 to 65535/,
    ],
    ['a relative executable', { executables: [{ name: 'c', paths: ['bin/c'] }] }, /absolute path/],
    [
      'a digest that is none',
      { executables: [{ name: 'c', paths: ['/bin/c'], digest: 'sha256:0' }] },
      /64 hexadecimal digits/,
    ],
    ['another version', { version: 2 }, /This release knows no other/],
  ])('%s', (_name, parts, message) => {
    expect(refusal(policy(parts))).toMatch(message);
  });
});
