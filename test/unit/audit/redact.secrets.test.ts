import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/audit/redact/redactor.js';

const redactor = new Redactor({ home: [], user: [], workspace: [], tmp: [] }, new Uint8Array(32));
const text = (value: string): string =>
  redactor.event({ operation: 'file_read', target: value, decision: 'allowed' }).target;
const argv = (...words: string[]): readonly string[] =>
  redactor.event({ operation: 'command_exec', target: words[0] ?? '', decision: 'allowed', argv: words })
    .argv ?? [];

// Put together here, so that no scanner takes this file for a leak.
const tail = 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3z';
const tokens = [
  `ghp_${tail}`,
  `github_pat_${tail}`,
  `glpat-${tail.slice(0, 20)}`,
  ['AKIA', 'IOSFODNN7EXAMPLE'].join(''),
  `AIza${tail}x`,
  `sk-${tail}`,
  `sk-ant-api03-${tail}`,
  `hf_${tail}`,
  `npm_${tail}xy`,
  `pypi-AgEIcHlwaS5vcmc${tail}`,
  `xoxb-1234567890-${tail}`,
  `sk_live_${tail}`,
  `SG.${tail.slice(0, 22)}.${tail}`,
  `dckr_pat_${tail}`,
  `hvs.${tail}`,
  `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${tail}`,
  `AGE-SECRET-KEY-1${'Q'.repeat(40)}`,
];

describe('a token', () => {
  it.each(tokens)('is removed by its shape: %s', (token) => {
    for (const around of [
      token,
      `x ${token} y`,
      `"${token}"`,
      `https://a.example/${token}`,
      `a=${token}`,
      `--x=${token}`,
    ]) {
      expect(text(around)).not.toContain(token);
      expect(text(around)).toContain('[SECRET]');
    }
  });

  it.each(['RSA PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'PRIVATE KEY', 'PGP PRIVATE KEY BLOCK'])(
    'is a %s, whole or cut',
    (kind) => {
      const key = `-----BEGIN ${kind}-----\nMIIEow${tail}\n${tail}\n`;
      expect(text(`a ${key}-----END ${kind}----- b`)).toBe('a [SECRET] b');
      expect(text(`a ${key}`)).toBe('a [SECRET]');
    },
  );
});

describe('a secret is removed from', () => {
  it.each([
    ['a URL', 'https://bob:hunter2@example.org/x', 'https://[SECRET]@example.org/x'],
    ['a URL with a token alone', 'https://hunter2@example.org/x', 'https://[SECRET]@example.org/x'],
    ['a database', 'postgres://app:p@ss:word@db/x', 'postgres://[SECRET]@db/x'],
    [
      'a query',
      'https://a.example/x?a=1&access_token=hunter2&b=2',
      'https://a.example/x?a=1&access_token=[SECRET]&b=2',
    ],
    ['a header', 'Authorization: Basic aHVudGVyMg', 'Authorization: [SECRET]'],
    [
      'a quoted header',
      'curl -H "Authorization: Bearer hunter2hunter2" https://a.example',
      'curl -H "Authorization: [SECRET]" https://a.example',
    ],
    ['cookies', 'Cookie: a=hunter2; b=hunter2', 'Cookie: [SECRET]'],
    ['an api key', 'X-Api-Key: hunter2', 'X-Api-Key: [SECRET]'],
    ['a scheme', 'sent Bearer hunter2-hunter2', 'sent Bearer [SECRET]'],
    ['a variable', 'DB_PASSWORD=hunter2 make', 'DB_PASSWORD=[SECRET] make'],
    ['a quoted variable', `API_KEY='hun ter2' make`, 'API_KEY=[SECRET] make'],
    ['an exported variable', 'export GITHUB_TOKEN="hun\\"ter2" && x', 'export GITHUB_TOKEN=[SECRET] && x'],
    ['a URL in a variable', 'DATABASE_URL=mysql://hunter2', 'DATABASE_URL=[SECRET]'],
    ['JSON', '{"password": "hunter2", "a": 1}', '{"password": [SECRET], "a": 1}'],
    ['YAML', 'client_secret: hunter2', 'client_secret: [SECRET]'],
    ['camel case', 'clientSecret=hunter2', 'clientSecret=[SECRET]'],
    ['an option', 'x --password hunter2 y', 'x --password [SECRET] y'],
    ['an option with =', 'x --api-token=hunter2 y', 'x --api-token=[SECRET] y'],
    ['a quoted option', `x --password 'hun ter2' y`, 'x --password [SECRET] y'],
    ['mysql', 'mysql -u root -phunter2 db', 'mysql -u root -p[SECRET] db'],
    ['sshpass in a pipe', 'true | sshpass -p hunter2 ssh host', 'true | sshpass -p [SECRET] ssh host'],
    ['curl', 'curl -u bob:hunter2 https://a.example', 'curl -u [SECRET] https://a.example'],
    ['chance', `key ${tail}`, 'key [SECRET]'],
    ['AWS', ['wJalrXUtnFEMI/K7MDENG/bPxRfiCY', 'EXAMPLEKEY'].join(''), '[SECRET]'],
  ])('%s', (_what, value, expected) => {
    expect(text(value)).toBe(expected);
  });

  it.each([
    [
      ['mysql', '-phunter2', 'db'],
      ['mysql', '-p[SECRET]', 'db'],
    ],
    [
      ['curl', '-u', 'bob:hunter2', 'x'],
      ['curl', '-u', '[SECRET]', 'x'],
    ],
    [
      ['curl', '-H', 'Cookie: a=b', 'x'],
      ['curl', '-H', 'Cookie: [SECRET]', 'x'],
    ],
    [
      ['x', '--password', 'hunter2'],
      ['x', '--password', '[SECRET]'],
    ],
    [
      ['x', '--password', 'hun ter2 with -p'],
      ['x', '--password', '[SECRET]'],
    ],
    [
      ['x', '-password', 'hunter2'],
      ['x', '-password', '[SECRET]'],
    ],
    [
      ['sudo', 'sshpass', '-p', 'hunter2', 'ssh'],
      ['sudo', 'sshpass', '-p', '[SECRET]', 'ssh'],
    ],
    [
      ['docker', 'login', '-u', 'bob', '-p', 'hunter2'],
      ['docker', 'login', '-u', 'bob', '-p', '[SECRET]'],
    ],
    [
      ['redis-cli', '-a', 'hunter2'],
      ['redis-cli', '-a', '[SECRET]'],
    ],
    [
      ['env', 'TOKEN=hun ter2', 'x'],
      ['env', 'TOKEN=[SECRET]', 'x'],
    ],
  ])('an argument list: %j', (words, expected) => {
    expect(argv(...words)).toEqual(expected);
  });
});

describe('what is no secret stays', () => {
  it.each([
    'mkdir -p a/b',
    'cp -pr a b',
    'ssh -p 22 git@example.org',
    'docker run -p 8080:80 image',
    'git commit --author someone',
    'PWD=/work OLDPWD=/x KEYBOARD_LAYOUT=us MONKEY=1 SSH_AUTH_SOCK=/run/x',
    'x --password-file secrets.txt --token-type bearer',
    'monkey=banana keyboard: us author=someone compass: north',
    'git show 3b18e512dba79e4c8300dd08aeb37f8e728b8dad',
    `sha256:${'0123456789abcdef'.repeat(4)}`,
    '0c8a2bba-6a30-4e65-9df2-6fd3d2c7dd58',
    'createReadStreamFromFileDescriptorWithOptions2',
    '/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30',
    'node_modules/@typescript-eslint/eslint-plugin/dist/index.js',
    'https://example.org/a/b?page=2&sort=name',
    'git clone ssh://git@example.org/a.git',
    'npm run test:unit -- --reporter=verbose',
    'the token was not found',
  ])('%s', (value) => {
    expect(text(value)).toBe(value);
  });
});

describe('a value', () => {
  it('goes by its name', () => {
    const { details } = redactor.event({
      operation: 'policy_change',
      target: 'x',
      decision: 'allowed',
      details: {
        password: 'x',
        nested: { apiKey: ['y'], list: [{ secret: 5 }] },
        hasPassword: true,
        tokenCount: 3,
      },
    });
    expect(JSON.parse(JSON.stringify(details))).toEqual({
      password: '[SECRET]',
      nested: { apiKey: '[SECRET]', list: [{ secret: '[SECRET]' }] },
      hasPassword: true,
      tokenCount: 3,
    });
  });

  it('may be anything', () => {
    const circular: Record<string, unknown> = { big: 10n, date: new Date(0), run: () => 1, not: NaN };
    circular['self'] = circular;
    const event = redactor.event({
      operation: 'file_read',
      target: 'x',
      decision: 'denied',
      details: circular as never,
    });
    expect(() => JSON.stringify(event)).not.toThrow();
    expect(JSON.parse(JSON.stringify(event.details))).toMatchObject({
      big: '10',
      date: '1970-01-01T00:00:00.000Z',
      not: null,
    });
  });
});

it('counts what it removes', () => {
  const event = redactor.event({
    operation: 'command_exec',
    target: 'https://a:b@example.org',
    decision: 'allowed',
    argv: ['x', '--password', 'y', 'bob@example.org'],
  });
  expect(event.redacted).toEqual({ secret: 2, email: 1 });
  expect(
    redactor.event({ operation: 'file_read', target: '/etc/hosts', decision: 'allowed' }).redacted,
  ).toBeUndefined();
});
