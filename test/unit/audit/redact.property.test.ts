import { readFileSync, rmSync, truncateSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AuditEvent,
  auditDecisions,
  auditOperations,
  type AuditValue,
} from '../../../src/audit/event.js';
import { verifyAuditLog } from '../../../src/audit/verify.js';
import { useFolder } from './folder.js';

const folder = useFolder();
/** MOATED_FUZZ=50 looks fifty times as long. */
const factor = Number(process.env['MOATED_FUZZ'] ?? 1);

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const chars = (from: string, length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...from.split('')), { minLength: length, maxLength: length })
    .map((all) => all.join(''));
/** What must not be in the log: begins in a way that no other part of a record does. */
const core = chars(letters, 24).map((text) => `Zq${text}`);

interface Planted {
  /** The text that is put into a field. */
  readonly text: string;
  /** The bytes that must not come out. */
  readonly secret: string;
}

/** Ways in which a secret stands in a text. The secret itself may be any word. */
const shapes: readonly ((secret: string) => string)[] = [
  (secret) => `ghp_${secret}`,
  (secret) => `sk-ant-${secret}`,
  (secret) => `xoxb-${secret}`,
  (secret) => `eyJhbGciOiJIUzI1NiJ9.${secret}.${secret}`,
  (secret) => `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`,
  (secret) => `-----BEGIN OPENSSH PRIVATE KEY-----\n${secret}`,
  (secret) => `https://user:${secret}@example.org/path`,
  (secret) => `https://${secret}@example.org/path`,
  (secret) => `postgres://app:${secret}@db:5432/x`,
  (secret) => `https://example.org/?a=1&access_token=${secret}&b=2`,
  (secret) => `Authorization: Bearer ${secret}`,
  (secret) => `authorization:Basic ${secret}`,
  (secret) => `curl -H 'Authorization: token ${secret}' https://example.org`,
  (secret) => `Cookie: session=${secret}; other=${secret}`,
  (secret) => `X-Api-Key: ${secret}`,
  (secret) => `DB_PASSWORD=${secret} make`,
  (secret) => `export API_TOKEN='${secret} and ${secret}'`,
  (secret) => `AWS_SECRET_ACCESS_KEY="${secret}"`,
  (secret) => `{"password":"${secret}","a":1}`,
  (secret) => `client_secret: ${secret}`,
  (secret) => `tool --password ${secret} --verbose`,
  (secret) => `tool --api-key=${secret}`,
  (secret) => `tool --token "${secret}"`,
  (secret) => `mysql -u root -p${secret} db`,
  (secret) => `sshpass -p ${secret} ssh host`,
  (secret) => `curl -u user:${secret} https://example.org`,
  (secret) => `${secret}@example.org`,
  (secret) => `/home/${secret}/file`,
  (secret) => `C:\\Users\\${secret}\\file`,
  (secret) => `~${secret}/file`,
];

/** Neighbours that must not help a secret to get out. */
const around = fc.constantFrom(
  ...[
    '',
    ' ',
    'x ',
    ' "',
    "'",
    '(',
    '\n',
    '\t',
    'error: ',
    'é ',
    '日本 ',
    '; ',
    ' && ',
    ' | ',
    '[',
    '{',
    '\u0000',
    '\u001b[31m',
  ],
);

const planted: fc.Arbitrary<Planted> = fc
  .tuple(fc.constantFrom(...shapes), core, around, around)
  .map(([shape, secret, before, after]) => ({
    text: `${before}${shape(secret)}${/^\w/.test(after) ? ' ' : ''}${after}`,
    secret,
  }));

/** Argument lists in which only the place of a word says that it is a secret. */
const plantedArgv: fc.Arbitrary<{ readonly argv: string[]; readonly secret: string }> = fc
  .tuple(
    fc.constantFrom<(secret: string) => string[]>(
      (secret) => ['tool', '--password', secret],
      (secret) => ['tool', '--password', `${secret} with spaces`],
      (secret) => ['tool', '-token', secret],
      (secret) => ['mysql', `-p${secret}`],
      (secret) => ['curl', '-u', `me:${secret}`, 'https://example.org'],
      (secret) => ['curl', `-ume:${secret}`],
      (secret) => ['redis-cli', '-a', secret],
      (secret) => ['sudo', '-E', 'sshpass', '-p', secret, 'ssh', 'host'],
      (secret) => ['docker', 'login', '-p', secret],
      (secret) => ['env', `SECRET_KEY=${secret} x`, 'make'],
      (secret) => ['sh', '-c', `TOKEN=${secret} make && tool --pass ${secret}`],
    ),
    core,
  )
  .map(([make, secret]) => ({ argv: make(secret), secret }));

type Put = (text: string) => Partial<AuditEvent>;

/** Every field that a caller can fill, and places inside `details`. */
const fields: Readonly<Record<string, Put>> = {
  target: (text) => ({ target: text }),
  reason: (text) => ({ reason: text }),
  sessionId: (text) => ({ sessionId: text }),
  runId: (text) => ({ runId: text }),
  profile: (text) => ({ profile: text }),
  policyHash: (text) => ({ policyHash: text }),
  operation: (text) => ({ operation: text as never }),
  decision: (text) => ({ decision: text as never }),
  phase: (text) => ({ phase: text as never }),
  'first argument': (text) => ({ argv: [text, 'x'] }),
  argument: (text) => ({ argv: ['tool', text, 'x'] }),
  'a value': (text) => ({ details: { value: text } }),
  'a name': (text) => ({ details: { [text]: 1 } }),
  'a list': (text) => ({ details: { list: [1, text, { deep: [text] }] } }),
  'a list of words': (text) => ({ details: { list: ['tool', text] } }),
  'something deep': (text) => ({ details: { a: { b: { c: { d: { e: { f: { g: text } } } } } } } }),
};

const plain: AuditEvent = { operation: 'command_exec', target: 'x', decision: 'allowed' };

describe('what is planted is not in the bytes of the log', () => {
  const places = Object.entries(fields);
  it.each(places)('in %s', (_name, put) => {
    const log = folder.open();
    const property = fc.property(fc.array(planted, { minLength: 1, maxLength: 5 }), (all) => {
      for (const { text } of all) log.record({ ...plain, ...put(text) });
      const bytes = readFileSync(folder.log, 'utf8');
      truncateSync(folder.log);
      for (const { text, secret } of all) expect(bytes, text).not.toContain(secret);
    });
    fc.assert(property, { numRuns: 300 * factor });
  });

  it('by its place in an argument list', () => {
    const log = folder.open();
    const property = fc.property(plantedArgv, ({ argv, secret }) => {
      log.record({ ...plain, argv, details: { argv } });
      const bytes = readFileSync(folder.log, 'utf8');
      truncateSync(folder.log);
      expect(bytes).not.toContain(secret);
      expect(bytes).toContain('"redacted":{"secret":');
    });
    fc.assert(property, { numRuns: 500 * factor });
  });

  it('behind the name of a secret', () => {
    const names = fc.constantFrom(
      'password',
      'apiKey',
      'DB_PASSWORD',
      'client-secret',
      'x-auth-token',
      'Cookie',
      'privateKey',
    );
    const log = folder.open();
    const property = fc.property(names, core, (name, secret) => {
      log.record({ ...plain, details: { [name]: secret, deep: { [name]: [secret, { x: secret }] } } });
      const bytes = readFileSync(folder.log, 'utf8');
      truncateSync(folder.log);
      expect(bytes).not.toContain(secret);
    });
    fc.assert(property, { numRuns: 200 * factor });
  });
});

describe('any event', () => {
  const value: fc.Arbitrary<AuditValue> = fc.anything({ maxDepth: 4 }) as fc.Arbitrary<AuditValue>;
  const anyEvent: fc.Arbitrary<AuditEvent> = fc.record(
    {
      operation: fc.constantFrom(...auditOperations),
      target: fc.string({ unit: 'binary', maxLength: 200 }),
      decision: fc.constantFrom(...auditDecisions),
      reason: fc.string({ unit: 'binary' }),
      argv: fc.array(fc.string({ unit: 'binary' })),
      details: fc.dictionary(fc.string(), value),
    },
    { requiredKeys: ['operation', 'target', 'decision'] },
  );

  it('is one line that verifies, and nothing in it acts on a terminal', async () => {
    const property = fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 8 }), async (events) => {
      const log = folder.open();
      for (const one of events) log.record(one);
      const result = await verifyAuditLog(folder.log);
      const text = readFileSync(folder.log, 'utf8');
      rmSync(folder.log);
      expect(result).toMatchObject({ ok: true, records: events.length });
      expect(text.split('\n')).toHaveLength(events.length + 1);
      // eslint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028]/);
    });
    await fc.assert(property, { numRuns: 200 * factor });
  });
});
