import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDenials } from '../../../../src/run/denials/denial.js';
import { report } from './entries.js';

describe('a report', () => {
  it.each([
    ['cat', 'file-read-data', '/private/etc/passwd'],
    ['My App (Helper)', 'file-read-data', '/Users/me/My Files/a (1).txt'],
    ['com.apple.WebKit.WebContent', 'mach-lookup', 'com.apple.pasteboard.1'],
    ['nc', 'network-outbound', 'remote:*:443'],
    ['sh', 'process-exec*', '/usr/bin/sudo'],
    ['sh', 'process-fork', ''],
    ['sh', 'file-write-create', '/tmp/two\nlines'],
    ['', 'file-read-data', '/x'],
  ])('of %s: %s %s', (process, operation, target) => {
    const denial = { process, pid: 1234, operation, target };
    expect(readDenials(report(process, operation, target))).toEqual([denial]);
    expect(readDenials(`1 duplicate report for ${report(process, operation, target)}`)).toEqual([denial]);
    expect(readDenials(`12 duplicate reports for ${report(process, operation, target)}`)).toEqual([denial]);
  });

  it.each([
    ['nothing', ''],
    ['an allowed operation', 'Sandbox: cat(1) allow file-read-data /x'],
    ['another part of the system', 'System Policy: cat(1) deny(1) file-read-data /x'],
    ['a report in the middle', `x ${report('cat', 'file-read-data', '/x')}`],
    ['no process', 'Sandbox: cat deny(1) file-read-data /x'],
    ['no operation', 'Sandbox: cat(1) deny(1) '],
    ['an operation in other letters', 'Sandbox: cat(1) deny(1) File-Read /x'],
    ['a name that is longer than any', report('x'.repeat(33), 'file-read-data', '/x')],
  ])('that is none: %s', (_, text) => {
    expect(readDenials(text)).toEqual([]);
  });
});

describe('a name that reads like a report', () => {
  it('does not hide what was refused', () => {
    const denials = readDenials(report('x(1) deny(1) sysctl-read k', 'file-read-data', '/Users/me/.ssh/id'));
    expect(denials).toContainEqual({
      process: 'x(1) deny(1) sysctl-read k',
      pid: 1234,
      operation: 'file-read-data',
      target: '/Users/me/.ssh/id',
    });
    expect(denials).toHaveLength(2);
  });

  it('does not do so with lines either', () => {
    expect(readDenials(report('a\nSandbox: b(1)', 'file-read-data', '/x'))).toEqual([
      { process: 'a\nSandbox: b(1)', pid: 1234, operation: 'file-read-data', target: '/x' },
    ]);
  });
});

const operation = fc.constantFrom(
  'file-read-data',
  'file-write-create',
  'mach-lookup',
  'process-exec*',
  'signal',
);
const part = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('(1) deny(1) signal ', ') deny(1) ', 'Sandbox: ', '\n', '(', ')', ' '),
);
const chosen = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''));

it('whatever a program calls itself and asks for, what was refused is among the readings', () => {
  const names = chosen.filter((name) => Buffer.byteLength(name) <= 32);
  fc.assert(
    fc.property(names, operation, chosen, fc.integer({ min: 1, max: 99_999 }), (name, asked, path, pid) => {
      const text = report(name, asked, `/${path}`, pid);
      expect(readDenials(text)).toContainEqual({ process: name, pid, operation: asked, target: `/${path}` });
    }),
    { numRuns: 2000 },
  );
});

it('reads a long text in a time that grows with its length only', () => {
  const long = '(1) deny(1) signal '.repeat(50_000);
  expect(readDenials(`Sandbox: ${long}`).length).toBeLessThan(4);
  expect(readDenials(`Sandbox: ${'('.repeat(1_000_000)}`)).toEqual([]);
});
