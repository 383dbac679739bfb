import { describe, expect, it } from 'vitest';
import { type Places } from '../../../src/audit/redact/paths.js';
import { Redactor } from '../../../src/audit/redact/redactor.js';

const nobody: Places = { home: [], user: [], workspace: [], tmp: [] };
const key = new Uint8Array(32).fill(7);
const plain = { operation: 'file_read', target: '', decision: 'allowed' } as const;

function redact(text: string, places: Partial<Places> = {}): string {
  return new Redactor({ ...nobody, ...places }, key).event({ ...plain, target: text }).target;
}

const alice: Places = {
  home: ['/home/alice'],
  user: ['alice'],
  workspace: ['/home/alice/project'],
  tmp: ['/tmp'],
};

// Each defect of the predecessor's sanitiser that is written down.
describe('a path', () => {
  it.each([
    ['the home, although it holds the name of the user', '/home/alice/x', '[HOME]/x'],
    ['the home itself', '/home/alice', '[HOME]'],
    ['the longest place first', '/home/alice/project/src/a.ts', '[WORKSPACE]/src/a.ts'],
    ['a temporary file', '/tmp/build-1/x', '[TMP]/build-1/x'],
    ['a name that only begins the same', '/home/alice2/x', '/home/[USER:'],
    ['a file beside the home', '/home/alice.bak/x', '/home/'],
    ['a path at the end of a sentence', 'cannot read /home/alice.', 'cannot read [HOME].'],
    [
      'two of a list',
      '/home/alice/bin:/home/alice/.local/bin:/usr/bin',
      '[HOME]/bin:[HOME]/.local/bin:/usr/bin',
    ],
    ['the value of an option', '--cache=/home/alice/.cache', '--cache=[HOME]/.cache'],
    ['an option glued to its path', 'gcc -I/home/alice/include', 'gcc -I[HOME]/include'],
    ['a URL', 'file:///home/alice/x', 'file:[HOME]/x'],
    ['an encoded path', '%2Fhome%2Falice%2fx', '[HOME]%2fx'],
    ['doubled slashes and dots', '//home/./alice//x', '[HOME]//x'],
    ['quotes', '"/home/alice"', '"[HOME]"'],
    ['the tail of another path', '/mnt/backup/home/alice/x', '/mnt/backup/home/[USER]/x'],
    ['a tilde', 'ls ~alice/x', 'ls ~[USER]/x'],
    ['somebody at a host', 'ssh alice@example', 'ssh [USER]@example'],
    ['the name as a word', '/var/spool/cron/alice', '/var/spool/cron/[USER]'],
    ['no part of a word', '/opt/malice/alices', '/opt/malice/alices'],
    [
      'the workspace in a message',
      "EACCES: open '/home/alice/project/.env'",
      "EACCES: open '[WORKSPACE]/.env'",
    ],
  ])('is replaced: %s', (_what, text, expected) => {
    expect(redact(text, alice).startsWith(expected), redact(text, alice)).toBe(true);
  });

  it('of another user keeps a pseudonym', () => {
    const [one, again, other] = ['/home/bob/x', '/home/bob/y', '/home/carol/x'].map((text) =>
      redact(text, alice),
    );
    expect(one).toMatch(/^\/home\/\[USER:[0-9a-f]{10}\]\/x$/);
    expect(again!.slice(0, -1)).toBe(one!.slice(0, -1));
    expect(other).not.toBe(one);
    expect(redact('src/home/page.tsx', alice)).toBe('src/home/page.tsx');
  });

  it('is left when a variable is empty or is the root', () => {
    expect(redact('/usr/bin/env', { home: ['', '/'], user: [''], workspace: [''], tmp: [''] })).toBe(
      '/usr/bin/env',
    );
  });

  it.each(['a', 'root', 'user', 'test', 'build'])('is left when the user is called %s', (user) => {
    const text = '/usr/lib/test/build/root/user/a: chroot, a test of the user, build a root';
    expect(redact(text, { user: [user], home: [`/home/${user}`] })).toBe(text);
    expect(redact(`/home/${user}/x ~${user}/x`, { user: [user], home: [`/home/${user}`] })).toBe(
      '[HOME]/x ~[USER]/x',
    );
    expect(redact(`ls /srv/home/${user}`, { user: [user] })).not.toContain('[USER:');
  });

  it('of macOS has an alias', () => {
    const places = { tmp: ['/var/folders/ab/cd/T'], home: ['/Users/alice'], user: ['alice'] };
    expect(redact('/private/var/folders/ab/cd/T/x', places)).toBe('[TMP]/x');
    expect(redact('/System/Volumes/Data/Users/alice/x', places)).toBe('[HOME]/x');
  });
});

describe('a path of Windows', () => {
  const windows = { home: ['C:\\Users\\Alice Long'], user: ['Alice Long'] };

  it.each([
    ['C:\\Users\\Alice Long\\x', '[HOME]\\x'],
    ['c:\\users\\ALICE LONG\\x', '[HOME]\\x'],
    ['C:/Users/Alice Long/x', '[HOME]/x'],
    ['C:\\\\Users\\\\Alice Long\\\\x', '[HOME]\\\\x'],
    ['C:\\Users\\ALICEL~1\\x', '[HOME]\\x'],
    ['\\\\?\\C:\\Users\\Alice Long\\x', '[HOME]\\x'],
    ['\\\\server\\C$\\Users\\Alice Long\\x', '[HOME]\\x'],
    ['/c/Users/Alice Long/x', '[HOME]/x'],
    ['/mnt/c/Users/Alice Long/x', '[HOME]/x'],
    ['file:///C:/Users/Alice%20Long/x', '[HOME]/x'],
  ])('is replaced: %s', (text, expected) => {
    expect(redact(text, windows)).toContain(expected);
    expect(redact(text, windows)).not.toMatch(/alice/i);
  });

  it('of another user has a pseudonym', () => {
    expect(redact('D:\\Users\\bob\\x', windows)).toMatch(/^D:\\Users\\\[USER:[0-9a-f]+\]\\x$/);
    expect(redact('\\\\files\\Users\\bob\\x', windows)).toMatch(/\[USER:[0-9a-f]+\]\\x$/);
  });
});

describe('a text', () => {
  it('has no control characters that a terminal would obey', () => {
    expect(redact('a\u001b[2Jb\u0007\u007f\u009b1m\u202e')).toBe('ab\\x07\\x7f\\x9b1m\\u202e');
    expect(redact('line\n\tnext')).toBe('line\n\tnext');
  });

  it('has no addresses of people', () => {
    const text = redact('from Jane.Doe@example.org and jane.doe@example.org, not git@example.org');
    expect(text).toMatch(/^from (\[EMAIL:[0-9a-f]{10}\]) and \1, not git@example\.org$/);
  });

  it('is cut when it is too long', () => {
    const redactor = new Redactor(nobody, key);
    const one = redactor.event({ ...plain, target: 'x '.repeat(50_000) });
    expect(one.target.length).toBeLessThan(5000);
    expect(one.redacted).toEqual({ cut: 1 });
  });

  it('is cut when there are too many: a record has a limit as well', () => {
    const redactor = new Redactor(nobody, key);
    const argv = Array.from({ length: 1000 }, (_, at) => `${at} ${'x '.repeat(2000)}`);
    const one = redactor.event({ ...plain, argv });
    expect(JSON.stringify(one).length).toBeLessThan(60_000);
    expect(one.redacted?.['cut']).toBeGreaterThan(200);
    // The next event has all of it again.
    expect(redactor.event({ ...plain, target: 'y' }).target).toBe('y');
  });
});

describe('pseudonyms', () => {
  it('depend on the key', () => {
    const other = new Redactor(nobody, new Uint8Array(32).fill(8));
    expect(other.event({ ...plain, target: '/home/bob' }).target).not.toBe(redact('/home/bob'));
  });
});
