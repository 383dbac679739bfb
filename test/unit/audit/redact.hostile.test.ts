import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../src/audit/redact/redactor.js';

const redactor = new Redactor(
  {
    home: ['/home/alice', 'C:\\Users\\Alice Long'],
    user: ['alice', 'Alice Long'],
    workspace: ['/home/alice/p'],
    tmp: ['/tmp'],
  },
  new Uint8Array(32),
);

const redact = (target: string): string =>
  redactor.event({ operation: 'file_read', target, decision: 'allowed' }).target;

/** Texts of which a careless pattern tries every part against every other. */
const pieces = [
  ...[
    'a',
    '/',
    '\\',
    '/.',
    './',
    '%2F',
    '~',
    '_',
    '-',
    '--',
    '=',
    '="',
    "$'",
    '"\\',
    '[',
    '&',
    '?a=',
    '://',
    '://a@',
    'http://a:',
    'a@',
    'a.b@c.',
  ],
  ...[
    'a.',
    'a-',
    'a/',
    '/a/',
    'x-',
    'x-key',
    'x-a-token',
    'Bearer ',
    'Authorization: ',
    'password=',
    '--password ',
    'mysql -p',
    '/home/',
    '/home/a%20',
  ],
  ...[
    'eyJ',
    'sk-',
    'A1b',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    '\u001b[',
    '\u001b]a',
    'C:\\Users\\',
    'System/Volumes/',
    'é',
    '\n',
    'a=b:c=>d:=',
  ],
];

describe('a hostile text', () => {
  // A pattern that takes more than linear time needs minutes for these lengths, and the suite's own limit ends it.
  it.each(pieces)('hides nothing and ends: %j', (piece) => {
    const secret = 'hunter2hunter2';
    for (const length of [100, 16_000]) {
      const text = piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
      expect(redact(`https://me:${secret}@example.org ${text}`)).not.toContain(secret);
      expect(redact(`${text} \nhttps://me:${secret}@example.org`)).not.toContain(secret);
    }
  });
});
