import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ActiveRuns, EnvironmentBuilder, toArgv } from '../../../src/run/session.js';
import { connect } from '../../../src/run/stdio.js';

describe('a command', () => {
  it('as a string is a line for the shell, as a list an exact argv', () => {
    expect(toArgv('a | b')).toEqual(['/bin/sh', '-c', 'a | b']);
    expect(toArgv(['a', '|', 'b'])).toEqual(['a', '|', 'b']);
  });

  it('as a list is copied, so that a later change has no effect', () => {
    const list = ['a'];
    const argv = toArgv(list);
    list.push('b');
    expect(argv).toEqual(['a']);
  });

  it('that is empty is refused', () => {
    expect(() => toArgv([])).toThrow(expect.objectContaining({ code: 'ERR_INVALID_COMMAND' }) as Error);
  });
});

describe('the environment', () => {
  it('is built once for runs without variables of their own, apart for confined ones', () => {
    let built = 0;
    const builder = new EnvironmentBuilder((confined, extra) => {
      built += 1;
      return [`PATH=/${confined ? 'confined' : 'open'}`, ...Object.keys(extra)];
    });
    expect(builder.get(true, undefined).searchPath).toBe('/confined');
    expect(builder.get(true, undefined)).toBe(builder.get(true, undefined));
    expect(builder.get(false, undefined).searchPath).toBe('/open');
    expect(built).toBe(2);
    expect(builder.get(true, { A: '1' }).lines).toEqual(['PATH=/confined', 'A']);
    expect(built).toBe(3);
  });
});

describe('streams', () => {
  it('of a captured run: nothing on stdin, output captured', () => {
    expect(connect({}, 'capture').stdio).toEqual(['ignore', 'capture', 'capture']);
  });

  it('of a streamed run: three pipes', () => {
    expect(connect({}, 'pipe').stdio).toEqual(['pipe', 'pipe', 'pipe']);
  });

  it('can be inherited or ignored one by one', () => {
    expect(connect({ stdio: 'inherit' }, 'capture').stdio).toEqual([0, 1, 2]);
    expect(connect({ stdio: ['inherit', 'pipe', 'ignore'] }, 'capture').stdio).toEqual([
      0,
      'capture',
      'ignore',
    ]);
  });

  it('take input as text, as bytes without a copy, and as a stream', () => {
    expect(connect({ input: 'ä' }, 'capture')).toMatchObject({
      stdio: ['capture', 'capture', 'capture'],
      input: Buffer.from('ä'),
    });
    const bytes = new Uint8Array([1, 2]);
    expect(connect({ input: bytes }, 'pipe').input).toBe(bytes);
    const stream = Readable.from(['x']);
    expect(connect({ input: stream }, 'capture')).toMatchObject({
      stdio: ['pipe', 'capture', 'capture'],
      source: stream,
    });
  });
});

describe('closing', () => {
  it('ends what runs, waits for it, and starts nothing more', async () => {
    const runs = new ActiveRuns();
    const calls: string[] = [];
    const run = {
      kill: () => {
        calls.push('kill');
        setImmediate(() => {
          runs.delete(run);
        });
      },
      ref: () => {
        calls.push('ref');
      },
    };
    runs.requireOpen();
    runs.add(run);
    await runs.close();
    expect(calls).toEqual(['ref', 'kill']);
    expect(() => {
      runs.requireOpen();
    }).toThrow(expect.objectContaining({ code: 'ERR_SANDBOX_CLOSED' }) as Error);
  });
});
