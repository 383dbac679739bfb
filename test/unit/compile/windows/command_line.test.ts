import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isBatchFile,
  quoteArgument,
  shellArgv,
  toCommandLine,
} from '../../../../src/compile/windows/command_line.js';
import { awkwardArgument } from '../../../helpers/awkward_arguments.js';
import { parseCommandLine, type ParsingRules } from '../../../helpers/command_line_parser.js';

const rules: readonly ParsingRules[] = ['c-library', 'shell32'];

const program = fc
  .string({ minLength: 1, maxLength: 10 })
  .map((name) => `C:\\${name.replaceAll(/["\0]/gu, '')}x.exe`);

describe('a parser written from the documentation', () => {
  it.each<[string, readonly string[]]>([
    // The examples of Microsoft's documentation.
    ['x "a b c" d e', ['x', 'a b c', 'd', 'e']],
    ['x "ab\\"c" "\\\\" d', ['x', 'ab"c', '\\', 'd']],
    ['x a\\\\\\b d"e f"g h', ['x', 'a\\\\\\b', 'de fg', 'h']],
    ['x a\\\\\\"b c d', ['x', 'a\\"b', 'c', 'd']],
    ['x a\\\\\\\\"b c" d e', ['x', 'a\\\\b c', 'd', 'e']],
    ['"C:\\a b\\" c', ['C:\\a b\\', 'c']],
    ['x ""', ['x', '']],
  ])('%j', (line, expected) => {
    for (const rule of rules) expect(parseCommandLine(line, rule)).toEqual(expected);
  });

  it('knows that the two disagree about quotes in a row', () => {
    expect(parseCommandLine('x "a""b c" d', 'c-library')).toEqual(['x', 'a"b c', 'd']);
    expect(parseCommandLine('x "a""b c" d', 'shell32')).toEqual(['x', 'a"b', 'c d']);
  });
});

describe('a command line', () => {
  it.each(rules)('is taken apart into what it was made of, by %s', (rule) => {
    fc.assert(
      fc.property(program, fc.array(awkwardArgument, { maxLength: 6 }), (name, rest) => {
        const argv = [name, ...rest];
        expect(parseCommandLine(toCommandLine(argv), rule)).toEqual(argv);
      }),
      { numRuns: 2000 },
    );
  });

  // A control: the parsers do find wrong quoting.
  it.each([
    ['only quotes around it', (text: string) => `"${text}"`],
    ['quotes doubled', (text: string) => `"${text.replaceAll('"', '""')}"`],
    ['quotes escaped, backslashes not', (text: string) => `"${text.replaceAll('"', '\\"')}"`],
  ])('would not be with %s', (_name, quote) => {
    const wrong = ['a\\', 'a"b c', 'a\\"b'].some((text) =>
      rules.some((rule) => parseCommandLine(`x ${quote(text)} y`, rule)[1] !== text),
    );
    expect(wrong).toBe(true);
  });

  it('leaves plain words as they are', () => {
    expect(quoteArgument('--name=value\\x')).toBe('--name=value\\x');
    expect(quoteArgument('')).toBe('""');
    expect(quoteArgument('a b\\')).toBe('"a b\\\\"');
  });

  it('has no quote in the name of its program', () => {
    expect(() => toCommandLine(['a"b', 'c'])).toThrow(/has a quote in its name/);
  });

  it.each(['\ud83d', '\ude00', 'a\ude00\ud83db'])('has no half of a character: %j', (half) => {
    for (const argv of [
      ['x', half],
      [`C:\\${half}.exe`, 'y'],
    ])
      expect(() => toCommandLine(argv)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_COMMAND' }));
    expect(toCommandLine(['x', '\ud83d\ude00'])).toBe('x \ud83d\ude00');
  });

  it('is no longer than Windows takes', () => {
    expect(toCommandLine(['x', 'y'.repeat(32_764)])).toHaveLength(32_766);
    expect(() => toCommandLine(['x', 'y'.repeat(32_765)])).toThrow(
      expect.objectContaining({ code: 'ERR_COMMAND_TOO_LONG' }),
    );
  });

  it('of a shell is the line itself', () => {
    const argv = shellArgv('echo "a b" & echo %PATH%', 'C:\\Windows');
    expect(argv).toEqual(['C:\\Windows\\System32\\cmd.exe', '/d', '/s', '/c', 'echo "a b" & echo %PATH%']);
    expect(toCommandLine(argv)).toBe('C:\\Windows\\System32\\cmd.exe /d /s /c "echo "a b" & echo %PATH%"');
  });

  it('of another program with the same words is quoted', () => {
    expect(toCommandLine(['C:\\other.exe', '/d', '/s', '/c', 'a "b"'])).toBe(
      'C:\\other.exe /d /s /c "a \\"b\\""',
    );
  });
});

describe('a batch file', () => {
  it.each(['a.bat', 'A.CMD', 'C:\\x\\npm.cmd', 'a.bat.', 'a.cmd ', 'a.bat. . '])('%j is refused', (name) => {
    expect(isBatchFile(name)).toBe(true);
    expect(() => toCommandLine([name, '"&calc'])).toThrow(
      expect.objectContaining({ code: 'ERR_COMMAND_NOT_EXECUTABLE' }),
    );
  });

  it.each(['a.exe', 'a.cmd.exe', 'bat', 'a.batx', 'C:\\x.cmd\\y.exe'])('%j is none', (name) => {
    expect(isBatchFile(name)).toBe(false);
    expect(toCommandLine([name])).toBe(name);
  });
});
