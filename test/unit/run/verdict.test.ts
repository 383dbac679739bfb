import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { signalName, signalNumber } from '../../../src/run/signals.js';
import { verdictOf } from '../../../src/run/verdict.js';

describe('the verdict', () => {
  it.each([
    [{ reason: 'exit', exitCode: 0 }, 'ok'],
    [{ reason: 'exit', exitCode: 3 }, 'exit'],
    [{ reason: 'exit', signal: constants.signals.SIGTERM }, 'signal'],
    [{ reason: 'timeout', signal: 9 }, 'timeout'],
    [{ reason: 'canceled', signal: 9 }, 'canceled'],
    [{ reason: 'output', signal: 9 }, 'output'],
    [{ reason: 'memory', signal: 9 }, 'memory'],
    [{ reason: 'processes', signal: 9 }, 'limit'],
    [{ reason: 'cpu', signal: 9 }, 'limit'],
  ] as const)('of %o is %s', (outcome, verdict) => {
    expect(verdictOf(outcome, {})).toBe(verdict);
  });

  it('of a signal for a limit is that limit, only where there is one', () => {
    const cpu = { reason: 'exit', signal: constants.signals.SIGXCPU } as const;
    expect(verdictOf(cpu, { cpuMs: 1000 })).toBe('limit');
    expect(verdictOf(cpu, {})).toBe('signal');
    const size = { reason: 'exit', signal: constants.signals.SIGXFSZ } as const;
    expect(verdictOf(size, { fileSizeBytes: 1 })).toBe('limit');
  });
});

describe('signals', () => {
  it('have their usual names', () => {
    expect(signalName(9)).toBe('SIGKILL');
    expect(signalName(6)).toBe('SIGABRT');
    expect(signalName(undefined)).toBeUndefined();
    expect(signalNumber('SIGTERM')).toBe(15);
    expect(signalNumber('SIGNONE' as NodeJS.Signals)).toBeUndefined();
  });
});
