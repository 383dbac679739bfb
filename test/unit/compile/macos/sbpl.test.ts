import { describe, expect, it } from 'vitest';
import { decidingRule, isAllowed, readings, type Request } from '../../../helpers/sbpl/decide.js';
import { evaluate, type EvaluateOptions } from '../../../helpers/sbpl/evaluate.js';
import { read, SbplError } from '../../../helpers/sbpl/reader.js';
import { lineage } from '../../../helpers/sbpl/vocabulary.js';

// The evaluator that the tests of Seatbelt profiles rest on: what it must refuse, and how it decides.

function decide(text: string, request: Request, options: EvaluateOptions = {}): readonly boolean[] {
  const profile = evaluate(`(version 1)(deny default)${text}`, options);
  return readings.map((reading) => isAllowed(profile, request, reading));
}

const allowed = [true, true];
const denied = [false, false];
const write = (path: string): Request => ({ operation: 'file-write-data', path });

describe('the reader', () => {
  it('reads lists, names, numbers, truths, strings and comments', () => {
    expect(read('(a 1 -2.5 #t #f "x" ; (not this)\n b)')).toEqual([
      [{ name: 'a' }, 1, -2.5, true, false, 'x', { name: 'b' }],
    ]);
  });

  it('knows the escapes of strings, and leaves raw ones alone', () => {
    expect(read(String.raw`"a\"b\\c\n" #"\.git(/|$)" #"a\"b"`)).toEqual([
      'a"b\\c\n',
      String.raw`\.git(/|$)`,
      'a"b',
    ]);
  });

  it('takes a quote for what it stands for', () => {
    expect(read("'a")).toEqual([[{ name: 'quote' }, { name: 'a' }]]);
  });

  it.each(['(a', 'a)', '"a', '#"a', '(a "b)', "'", String.raw`"\q"`])('refuses %s', (text) => {
    expect(() => read(text)).toThrow(SbplError);
  });

  it('says where', () => {
    expect(() => read('(a)\n(b\n')).toThrow(/line 3/);
  });
});

describe('a profile is refused', () => {
  it.each([
    ['without a version', '(deny default)'],
    ['with a rule before the version', '(deny default)(version 1)'],
    ['with another version', '(version 2)'],
    ['with an unknown operation', '(version 1)(allow file-raed*)'],
    ['with an unknown filter', '(version 1)(allow file-read* (subtree "/x"))'],
    ['with an unbound name', '(version 1)(allow file-read* (subpath home))'],
    ['with a missing parameter', '(version 1)(allow file-read* (subpath (param "NO")))'],
    [
      'with a missing parameter in a text',
      '(version 1)(allow file-read* (subpath (string-append (param "NO") "/x")))',
    ],
    ['with a rule about nothing', '(version 1)(allow (subpath "/x"))'],
    ['with an empty rule', '(version 1)(allow)'],
    ['with a text in the place of a filter', '(version 1)(allow file-read* "/x")'],
    ['with a filter without a value', '(version 1)(allow file-read* (subpath))'],
    ['with a number for a path', '(version 1)(allow file-read* (subpath 1))'],
    [
      'with two conditions to negate',
      '(version 1)(allow file-read* (require-not (literal "/a") (literal "/b")))',
    ],
    ['with an unknown target', '(version 1)(allow signal (target everybody))'],
    ['with a target that is no target', '(version 1)(allow signal (target TTY))'],
    ['with a host name', '(version 1)(allow network-outbound (remote ip "example.com:80"))'],
    ['with an unknown address', '(version 1)(allow network-outbound (remote carrier-pigeon))'],
    ['with a message that is a missing parameter', '(version 1)(deny default (with message (param "NO")))'],
    ['with an unknown modifier', '(version 1)(deny default (with thunder))'],
    ['with a broken regular expression', '(version 1)(allow file-read* (regex #"(a"))'],
    ['with an import that does not exist', '(version 1)(import "none.sb")'],
    ['with a list that does not end', '(version 1)(allow file-read*'],
    ['with too many arguments', '(version 1)(define (f a) a)(allow file-read* (f "/a" "/b"))'],
  ])('%s', (_name, text) => {
    expect(() => evaluate(text)).toThrow(SbplError);
  });

  it('with an operation that this version lacks, unless it asks first', () => {
    const options = { without: ['file-link'] };
    expect(() => evaluate('(version 1)(allow file-link)', options)).toThrow(/unbound name: file-link/);
    expect(evaluate("(version 1)(if (defined? 'file-link) (allow file-link))", options).rules).toEqual([]);
    expect(evaluate("(version 1)(if (defined? 'file-link) (allow file-link))").rules).toHaveLength(1);
  });
});

describe('a program', () => {
  it('defines, binds, chooses and joins', () => {
    const text = `
      (define tree "/x")
      (define (home path) (string-append (param "HOME") path))
      (let* ((a (home "/a")) (b (string-append a "/b"))) (allow file-read* (subpath b)))
      (if (param "NET") (allow network*) (allow signal))
      (when (and (param "HOME") (not (param "NET"))) (allow process-fork))
      (unless (or (param "NET") #f) (begin (allow pseudo-tty (with no-log))))
      (allow file-write* (regex (string-append "^" (regex-quote tree) "/.")))
      ((lambda (f) (deny file-write* f)) (literal "/x/.no"))`;
    const { rules } = evaluate(`(version 1)${text}`, { parameters: { HOME: '/h.d' } });
    expect(rules.map(({ action, operations }) => `${action} ${operations.join()}`)).toEqual([
      ...[
        'allow file-read*',
        'allow signal',
        'allow process-fork',
        'allow pseudo-tty',
        'allow file-write*',
        'deny file-write*',
      ],
    ]);
    expect(rules[0]?.filters[0]?.values).toEqual(['/h.d/a/b']);
    expect(rules[3]?.modifiers).toEqual(['no-log']);
  });

  it('takes in others that it imports', () => {
    const imports = { 'system.sb': '(version 1)(define shared "/s")(allow file-read* (literal "/i"))' };
    const profile = evaluate('(version 1)(import "system.sb")(allow file-read* (literal shared))', {
      imports,
    });
    expect(profile.imports).toEqual(['system.sb']);
    expect(profile.rules).toHaveLength(2);
  });
});

describe('a decision', () => {
  it('is that of the last rule that matches', () => {
    expect(
      decide('(allow file-write* (subpath "/a"))(deny file-write* (subpath "/a/b"))', write('/a/b/c')),
    ).toEqual(denied);
    expect(
      decide('(deny file-write* (subpath "/a/b"))(allow file-write* (subpath "/a"))', write('/a/b/c')),
    ).toEqual(allowed);
  });

  it('is by default where none matches', () => {
    expect(decide('', write('/a'))).toEqual(denied);
    const open = evaluate('(version 1)(allow default)(deny file-write* (literal "/a"))');
    expect(isAllowed(open, write('/b'), 'in order')).toBe(true);
    expect(decidingRule(evaluate('(version 1)'), write('/a'), 'in order')).toBeUndefined();
  });

  it('covers the members of a family', () => {
    expect(lineage('file-write-data')).toEqual(['file-write-data', 'file-write*', 'file*', 'default']);
    expect(lineage('ipc-posix-shm-read-data')).toEqual([
      ...[
        'ipc-posix-shm-read-data',
        'ipc-posix-shm-read*',
        'ipc-posix-shm*',
        'ipc-posix*',
        'ipc*',
        'default',
      ],
    ]);
    expect(decide('(allow file* (subpath "/a"))', write('/a/b'))).toEqual(allowed);
    expect(decide('(allow file-read* (subpath "/a"))', write('/a/b'))).toEqual(denied);
  });

  it('depends on the reading where a family comes after one of its members', () => {
    expect(
      decide('(deny file-write-data (literal "/a"))(allow file-write* (literal "/a"))', write('/a')),
    ).toEqual([true, false]);
  });

  it.each<[string, string, boolean]>([
    ['(literal "/a")', '/a', true],
    ['(literal "/a")', '/a/b', false],
    ['(subpath "/a")', '/a', true],
    ['(subpath "/a")', '/a/b', true],
    ['(subpath "/a")', '/ab', false],
    ['(subpath "/")', '/a', true],
    ['(prefix "/a")', '/ab', true],
    ['(regex #"^/a/[0-9]+$")', '/a/12', true],
    ['(regex #"^/a/[0-9]+$")', '/a/x', false],
    ['(literal "/a") (literal "/b")', '/b', true],
    ['(literal "/a" "/b")', '/b', true],
    ['(require-all (subpath "/a") (require-not (literal "/a/b")))', '/a/c', true],
    ['(require-all (subpath "/a") (require-not (literal "/a/b")))', '/a/b', false],
    ['(require-any (literal "/a") (literal "/b"))', '/b', true],
    ['(extension "x")', '/a', false],
  ])('%s of %s: %s', (filter, path, expected) => {
    expect(decide(`(allow file-write* ${filter})`, write(path))).toEqual(expected ? allowed : denied);
  });

  it.each<[string, Request, boolean]>([
    ['(remote ip)', { operation: 'network-outbound', protocolName: 'tcp', address: '1.2.3.4:80' }, true],
    ['(remote ip)', { operation: 'network-outbound', protocolName: 'unix-socket', path: '/s' }, false],
    [
      '(remote tcp "localhost:80")',
      { operation: 'network-outbound', protocolName: 'tcp', address: 'localhost:80' },
      true,
    ],
    [
      '(remote tcp "localhost:80")',
      { operation: 'network-outbound', protocolName: 'udp', address: 'localhost:80' },
      false,
    ],
    [
      '(remote tcp "*:443")',
      { operation: 'network-outbound', protocolName: 'tcp', address: '1.2.3.4:443' },
      true,
    ],
    [
      '(remote tcp "*:443")',
      { operation: 'network-outbound', protocolName: 'tcp', address: '1.2.3.4:80' },
      false,
    ],
    [
      '(remote unix-socket (subpath "/s"))',
      { operation: 'network-outbound', protocolName: 'unix-socket', path: '/s/x' },
      true,
    ],
    [
      '(remote unix-socket (subpath "/s"))',
      { operation: 'network-outbound', protocolName: 'unix-socket', path: '/t' },
      false,
    ],
  ])('%s: %j', (filter, request, expected) => {
    expect(decide(`(allow network-outbound ${filter})`, request)).toEqual(expected ? allowed : denied);
  });
});
