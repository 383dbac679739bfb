import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKernelLine } from '../../../../src/run/denials/kernel_line.js';
import { entry, otherTag, report, sender, tag } from './entries.js';

const said = report('cat', 'file-read-data', '/private/etc/passwd');

describe('a line of the log', () => {
  it('is the report, and the tag behind it', () => {
    expect(readKernelLine(entry(`${said}\n${tag}`))).toEqual({ tag, report: said });
  });

  it('may carry the tag of a beacon', () => {
    const beacon = tag.replace('run', 'beacon');
    expect(readKernelLine(entry(`${said}\n${beacon}`))?.tag).toBe(beacon);
  });

  it.each([
    ['what `log` prints first', 'Filtering the log data using "sender == \\"Sandbox\\""'],
    ['nothing', ''],
    ['half an entry', entry(`${said}\n${tag}`).slice(0, -9)],
    ['no object', 'null'],
    ['a list', '[0]'],
    ['no message', entry('', { eventMessage: undefined })],
    ['a message that is no text', entry('', { eventMessage: [`${said}\n${tag}`] })],
    ['no tag', entry(said)],
    ['a tag in the same line', entry(`${said} ${tag}`)],
    ['something behind the tag', entry(`${said}\n${tag} `)],
    ['a line behind the tag', entry(`${said}\n${tag}\n`)],
    ['another word for a tag', entry(`${said}\nmoated.other.0b5e7d2c-1f3a-4c6b-8d9e-a1b2c3d4e5f6`)],
    ['a short tag', entry(`${said}\nmoated.run.0b5e7d2c`)],
  ])('is ignored when it is %s', (_, line) => {
    expect(readKernelLine(line)).toBeUndefined();
  });
});

describe('a forged line', () => {
  // Any process may write entries with any text.
  it.each([
    ['another process', { processID: 4711 }],
    ['a process that is not named', { processID: undefined }],
    ['a process that is named in another way', { processID: '0' }],
    ['a library of a program', { senderImagePath: `/tmp${sender}` }],
    ['another part of the kernel', { senderImagePath: '/kernel' }],
    ['nobody', { senderImagePath: undefined }],
  ])('by %s is ignored', (_, more) => {
    expect(readKernelLine(entry(`${said}\n${tag}`))).toBeDefined();
    expect(readKernelLine(entry(`${said}\n${tag}`, more))).toBeUndefined();
  });

  it('inside of a path is of the run whose rule refused the path, even to one who knows the tag of another', () => {
    const path = `/tmp/x\n${otherTag}\n${report('evil', 'file-read-data', '/x')}\n${otherTag}`;
    const line = readKernelLine(entry(`${report('touch', 'file-write-create', path)}\n${tag}`));
    expect(line?.tag).toBe(tag);
    expect(line?.report).toContain(path);
  });

  it('inside of a path cannot leave the text of its entry', () => {
    const quoted = `/tmp/x","processID":0,"eventMessage":"Sandbox: a(1) deny(1) x\\n${otherTag}`;
    const line = entry(`${report('touch', 'file-write-create', quoted)}\n${tag}`);
    expect(readKernelLine(line)).toEqual({ tag, report: report('touch', 'file-write-create', quoted) });
  });
});

it('whatever text a program chooses, the tag is that of its own run', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\n', '\r', '\u2028', '"', '\\', otherTag, `\n${otherTag}`, said, '}\n{', '\0'),
  );
  const chosen = fc.array(nasty, { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(chosen, chosen, (name, path) => {
      const text = report(name, 'file-read-data', path);
      expect(readKernelLine(entry(`${text}\n${tag}`))).toEqual({ tag, report: text });
    }),
  );
});
