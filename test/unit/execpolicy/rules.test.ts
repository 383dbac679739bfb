import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../../src/execpolicy/check.js';
import { type Decision } from '../../../src/execpolicy/decision.js';
import { defaultPolicy } from '../../../src/execpolicy/defaults/policy.js';
import { type CommandRule, type NetworkRule, type PolicyFile } from '../../../src/execpolicy/rule.js';
import { loadPolicies, parsePolicy } from '../../../src/execpolicy/rules/load.js';
import { checkWith, contextOf } from './context.js';

function file(parts: Partial<PolicyFile>): PolicyFile {
  return { version: 1, name: 'test', ...parts };
}

function rules(...list: readonly Partial<CommandRule>[]): PolicyFile {
  return file({
    rules: list.map((one, index) => ({
      id: `r${index}`,
      decision: 'allow',
      justification: 'j',
      pattern: ['x'],
      ...one,
    })),
  });
}

function answer(policy: PolicyFile, command: string | readonly string[]): string {
  return checkWith([policy], command).decision;
}

describe('a rule', () => {
  it('without options and operands matches whatever follows', () => {
    expect(answer(rules({}), 'x -a b "$c"')).toBe('allow');
    expect(answer(rules({}), 'y')).toBe('ask');
  });

  it('that is exact matches nothing more', () => {
    expect(answer(rules({ exact: true }), 'x')).toBe('allow');
    expect(answer(rules({ exact: true }), 'x a')).toBe('ask');
    expect(answer(rules({ exact: true }), ['x', ''])).toBe('ask');
  });

  it('with options takes no other', () => {
    const policy = rules({
      options: {
        '-a': 'flag',
        '-v': 'text',
        '--value': 'text',
        '--maybe': 'optional',
        '-i': 'optional',
        '-name': 'text',
      },
    });
    for (const line of [
      'x',
      'x -a',
      'x -aa',
      'x -v b',
      'x -vb',
      'x -avb',
      'x --value=b',
      'x --value b',
      'x --maybe',
      'x --maybe=b',
      'x -i',
      'x -i.bak',
      'x -v -z',
      'x -name b',
    ])
      expect([line, answer(policy, line)]).toEqual([line, 'allow']);
    for (const line of [
      'x -b',
      'x -ab',
      'x -v',
      'x --val=b',
      'x --value',
      'x -a=b',
      'x b',
      'x -- b',
      'x --maybe b',
      'x $a',
      'x -$a',
      'x "$a"',
      'x "-v$a$b" c',
    ])
      expect([line, answer(policy, line)]).toEqual([line, 'ask']);
  });

  it('with operands takes as many as it lists', () => {
    const policy = rules({ operands: [['a', 'b'], 'text?', 'number'] });
    expect(answer(policy, 'x a 1')).toBe('allow');
    expect(answer(policy, 'x b t 1')).toBe('allow');
    for (const line of ['x', 'x a', 'x c 1', 'x a t u 1', 'x a t', 'x "$y" 1'])
      expect([line, answer(policy, line)]).toEqual([line, 'ask']);
  });

  it('checks what it reads and writes, also by the way', () => {
    const policy = rules({
      options: { '-o': 'write', '-O': { value: 'flag', access: { write: ['../up'] } }, '-C': 'cwd' },
      operands: ['read*'],
      access: { read: ['conf'] },
    });
    expect(answer(policy, 'x a')).toBe('allow');
    expect(answer(policy, 'x -o out a')).toBe('allow');
    expect(answer(policy, 'x -o /etc/out a')).toBe('deny');
    expect(answer(policy, 'x -O')).toBe('deny');
    expect(answer(policy, 'x /etc/shadow')).toBe('deny');
    expect(answer(policy, 'x -C /etc hosts')).toBe('allow');
    expect(answer(policy, 'x -C /etc shadow')).toBe('deny');
    expect(answer(policy, 'x -C /etc -o out')).toBe('deny');
    expect(answer(policy, 'x "$a/b"')).toBe('ask');
  });

  it('that contains words looks into clusters and shortened options', () => {
    const policy = rules({}, { id: 'no', contains: [['-f', '--force']], decision: 'deny' });
    for (const line of ['x -f', 'x a -rf b', 'x --force', 'x --forc', 'x --force=1'])
      expect([line, answer(policy, line)]).toEqual([line, 'deny']);
    for (const line of ['x', 'x f', 'x --force-with-lease', 'x -r'])
      expect([line, answer(policy, line)]).toEqual([line, 'allow']);
    // It may be the word.
    expect(answer(policy, 'x $y')).toBe('ask');
    expect(answer(policy, 'x "$y"')).toBe('ask');
  });

  it('that falls back gets out of the way, and only then', () => {
    const fallback = rules({ decision: 'ask', fallback: true, justification: 'by default' });
    expect(checkWith([fallback], 'x')).toMatchObject({ decision: 'ask', reason: 'by default' });
    const other = { ...rules({ id: 'other' }), name: 'other' };
    expect(checkWith([fallback, other], 'x').decision).toBe('allow');
    expect(checkWith([other, fallback], 'x').decision).toBe('allow');
  });

  it('gives its justification and its suggestion', () => {
    const policy = rules({ decision: 'deny', justification: 'because', suggestion: 'do y' });
    expect(checkWith([policy], 'x a')).toEqual<Decision>({
      decision: 'deny',
      reason: 'because',
      suggestion: 'do y',
      rule: 'test/r0',
      findings: [
        { decision: 'deny', reason: 'because', suggestion: 'do y', rule: 'test/r0', subject: 'x a' },
      ],
    });
  });
});

describe('policies together', () => {
  it('the strictest wins, whatever their order', () => {
    const allows = rules({});
    const denies = { ...rules({ decision: 'deny' }), name: 'other' };
    expect(checkWith([allows, denies], 'x').decision).toBe('deny');
    expect(checkWith([denies, allows], 'x').decision).toBe('deny');
  });

  it('a rule that is named can be replaced, and no other', () => {
    const denies = { ...rules({ decision: 'deny' }), name: 'other' };
    expect(checkWith([denies, { ...rules({}), replaces: ['other/r0'] }], 'x').decision).toBe('allow');
    expect(() => loadPolicies([denies, file({ replaces: ['other/r1'] })])).toThrow(
      /there is no rule other\/r1/,
    );
  });

  it('adding an allow rule never makes an answer of the policy that ships milder where it denies', () => {
    const allows = rules({ pattern: [['rm', 'sudo', 'bash', 'cat']] });
    for (const line of ['rm -rf /', 'sudo ls', 'bash -c "rm -rf /"', 'cat /etc/shadow']) {
      expect([line, checkWith([defaultPolicy, allows], line).decision]).toEqual([line, 'deny']);
    }
  });

  it('with one name are refused', () => {
    expect(() => loadPolicies([rules({}), rules({})])).toThrow(/another policy has this name/);
  });

  it('without rules allow nothing', () => {
    expect(checkWith([], 'ls').decision).toBe('ask');
    expect(checkWith([file({})], 'ls').decision).toBe('ask');
  });
});

describe('examples', () => {
  it.each<[string, Partial<CommandRule>, RegExp]>([
    [
      'that should match and does not',
      { match: ['y'] },
      /rules\[0\] \(r0\)\.match\[0\]: the rule does not match "y"/,
    ],
    ['that should not match and does', { notMatch: ['x a'] }, /notMatch\[0\]: the rule matches "x a"/],
    ['as an argv', { exact: true, match: [['x', '']] }, /does not match \["x",""\]/],
    ['that are several commands', { match: ['x; x'] }, /is not one plain command/],
    ['that cannot be parsed', { match: ['x "'] }, /is not one plain command/],
  ])('%s', (_name, parts, message) => {
    expect(() => loadPolicies([rules(parts)])).toThrow(message);
  });

  it('that are right are accepted', () => {
    expect(() =>
      loadPolicies([
        rules({ pattern: ['x', ['a', 'b']], match: ['x a', ['x', 'b', 'c']], notMatch: ['x', 'y a'] }),
      ]),
    ).not.toThrow();
  });

  it('of network rules are URLs', () => {
    const rule: NetworkRule = {
      id: 'n',
      decision: 'allow',
      justification: 'j',
      hosts: ['*.a.org'],
      ports: [443],
      match: ['https://b.a.org/x'],
      notMatch: ['https://a.org', 'http://b.a.org'],
    };
    expect(() => loadPolicies([file({ network: [rule] })])).not.toThrow();
    expect(() => loadPolicies([file({ network: [{ ...rule, match: ['https://a.org'] }] })])).toThrow(
      /network\[0\] \(n\)\.match\[0\]/,
    );
  });
});

describe('a policy file', () => {
  it('is JSON, or says where it is not', () => {
    expect(() => parsePolicy({ name: 'my.json', text: '{"version": 1,}' })).toThrow(/^my\.json: is not JSON/);
    expect(() => parsePolicy({ name: 'my.json', text: '[]' })).toThrow(
      /^my\.json: must be an object, not a list/,
    );
    expect(parsePolicy({ name: 'my.json', text: '{"version":1,"name":"a"}' })).toEqual({
      version: 1,
      name: 'a',
    });
  });

  it('of the documentation is one', () => {
    const docs = readFileSync(new URL('../../../docs/execpolicy.md', import.meta.url), 'utf8');
    const text = /```json\n(.*?)```/s.exec(docs)?.[1] ?? '';
    const mine = parsePolicy({ name: 'docs', text });
    expect(checkWith([defaultPolicy, mine], 'npm test').decision).toBe('allow');
    expect(checkWith([defaultPolicy, mine], 'npm install').decision).toBe('ask');
  });

  it('that ships survives being JSON', () => {
    const text = JSON.stringify(defaultPolicy);
    expect(() => loadPolicies([parsePolicy({ name: 'default', text })])).not.toThrow();
    for (const rule of defaultPolicy.rules ?? []) expect(rule.justification).not.toBe('');
  });
});

describe('network rules', () => {
  const curl: Partial<CommandRule> = {
    pattern: ['x'],
    options: { '-X': { value: 'text', method: 'value' }, '-d': { value: 'text', method: 'POST' } },
    operands: ['url*'],
  };
  const net = (rule: Partial<NetworkRule>): PolicyFile => ({
    ...rules(curl),
    network: [{ id: 'n', decision: 'allow', justification: 'n', hosts: ['a.org'], ...rule }],
  });
  const ask = (policy: PolicyFile, line: string): string =>
    checkWith([policy], line, 'workspace-net').decision;

  it('hosts are compared as a whole', () => {
    expect(ask(net({}), 'x https://a.org/b?c')).toBe('allow');
    expect(ask(net({}), 'x https://A.org.')).toBe('allow');
    // What is known only at run time comes after the host.
    expect(ask(net({}), 'x "https://a.org/$path"')).toBe('allow');
    expect(ask(net({}), 'x "https://a.org$path"')).toBe('ask');
    expect(ask(net({}), 'x https://a.org/$path')).toBe('ask');
    for (const url of [
      'https://b.org',
      'https://aa.org',
      'https://a.org.evil.com',
      'https://a.org@evil.com',
      'https://evil.com/a.org',
      'https://evil.com#@a.org',
      'https://a.org\\@evil.com',
    ])
      expect([url, ask(net({}), `x '${url}'`)]).toEqual([url, 'ask']);
    expect(ask(net({ hosts: ['*.a.org'] }), 'x https://b.a.org')).toBe('allow');
    expect(ask(net({ hosts: ['*.a.org'] }), 'x https://a.org')).toBe('ask');
    expect(ask(net({ hosts: ['::1'] }), 'x "http://[::1]:80/"')).toBe('allow');
    expect(ask(net({ hosts: ['*'] }), 'x https://anything')).toBe('allow');
  });

  it('ports and methods', () => {
    expect(ask(net({ ports: [443] }), 'x https://a.org')).toBe('allow');
    expect(ask(net({ ports: [443] }), 'x http://a.org')).toBe('ask');
    expect(ask(net({ ports: [8443] }), 'x https://a.org:8443')).toBe('allow');
    expect(ask(net({ methods: ['GET'] }), 'x https://a.org')).toBe('allow');
    expect(ask(net({ methods: ['GET'] }), 'x -X GET https://a.org')).toBe('allow');
    expect(ask(net({ methods: ['GET'] }), 'x -d y https://a.org')).toBe('ask');
    expect(ask(net({ methods: ['GET'] }), 'x -X DELETE https://a.org')).toBe('ask');
  });

  it('every target has to be allowed, and a denied one decides', () => {
    expect(ask(net({}), 'x https://a.org https://b.org')).toBe('ask');
    expect(ask(net({ decision: 'deny' }), 'x https://a.org')).toBe('deny');
    expect(checkWith([net({})], 'x https://a.org', 'offline').decision).toBe('deny');
  });
});

describe('a pinned executable', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const pinned = (pin: object): PolicyFile => ({
    ...rules({}),
    executables: [{ name: 'x', paths: ['/opt/x'], ...pin }],
  });
  const ask = (
    policy: PolicyFile,
    command: readonly string[],
    found?: { path: string; digest?: string },
  ): string =>
    checkCommand(loadPolicies([policy]), command, { ...contextOf('workspace-write'), program: () => found })
      .decision;

  it('is allowed only where it is', () => {
    expect(ask(pinned({}), ['x'], { path: '/opt/x' })).toBe('allow');
    expect(ask(pinned({}), ['/opt/x'], { path: '/opt/x' })).toBe('allow');
    expect(ask(pinned({}), ['x'], { path: '/usr/bin/x' })).toBe('ask');
    expect(ask(pinned({}), ['/usr/bin/x'], { path: '/usr/bin/x' })).toBe('ask');
    expect(ask(pinned({}), ['x'], undefined)).toBe('ask');
  });

  it('has to have its digest', () => {
    expect(ask(pinned({ digest }), ['x'], { path: '/opt/x', digest })).toBe('allow');
    expect(ask(pinned({ digest }), ['x'], { path: '/opt/x', digest: `sha256:${'b'.repeat(64)}` })).toBe(
      'ask',
    );
    expect(ask(pinned({ digest }), ['x'], { path: '/opt/x' })).toBe('ask');
  });

  it('that the command could have written is not trusted by its name', () => {
    expect(ask(rules({}), ['x'], { path: '/home/user/workspace/node_modules/.bin/x' })).toBe('ask');
    expect(ask(rules({}), ['x'], { path: '/usr/bin/x' })).toBe('allow');
    expect(ask(rules({}), ['x'], { path: '/home/user/.local/bin/x' })).toBe('allow');
    expect(ask(rules({ decision: 'deny' }), ['x'], { path: '/home/user/workspace/x' })).toBe('deny');
  });
});
