import { describe, expect, it } from 'vitest';
import { compileLinux } from '../../../src/compile/linux.js';
import { isSandboxError } from '../../../src/errors.js';
import { type Prepared } from '../../../src/run/prepare.js';
import { makeResult, neverStarted } from '../../../src/run/result.js';
import { RunError } from '../../../src/run/run_error.js';
import { policy, standard } from '../compile/machines.js';

const one = policy('offline');
const prepared = {
  policy: one,
  policyHash: 'hash',
  enforcement: compileLinux(one, standard).enforcement,
} as Prepared;
const outcome = {
  ...neverStarted,
  reason: 'exit',
  exitCode: 3,
  stdout: Buffer.from('out'),
  userUs: 1500,
  systemUs: 500,
} as const;

describe('a result', () => {
  it('has text or bytes, and nothing is null', () => {
    const text = makeResult(['x'], prepared, outcome, 'id', 'utf8', []);
    expect(text).toMatchObject({
      stdout: 'out',
      stderr: '',
      exitCode: 3,
      signal: undefined,
      verdict: 'exit',
    });
    expect(text.usage).toMatchObject({ cpuMs: 2, userMs: 1.5, systemMs: 0.5 });
    expect(Object.values(text)).not.toContain(null);
    expect(makeResult(['x'], prepared, outcome, 'id', 'buffer', []).stdout).toEqual(Buffer.from('out'));
  });
});

describe('a RunError', () => {
  it('has every field of the result', () => {
    const result = makeResult(['x'], prepared, outcome, 'id', 'utf8', []);
    const error = new RunError(result);
    expect(error).toMatchObject(result);
    expect(isSandboxError(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'ERR_RUN_FAILED',
      name: 'RunError',
      message: 'The command "x" exited with code 3.',
    });
  });

  it('says for every verdict how the run ended', () => {
    const result = makeResult(['x'], prepared, outcome, 'id', 'utf8', []);
    const verdicts = ['signal', 'timeout', 'memory', 'output', 'limit', 'denied', 'canceled'] as const;
    const messages = verdicts.map((verdict) => new RunError({ ...result, verdict }).message);
    expect(new Set(messages).size).toBe(verdicts.length);
  });
});
