import { describe, expect, it } from 'vitest';
import { type RedactedEvent } from '../../src/audit/event.js';
import { type AskRequest } from '../../src/index.js';
import { useWorkspace } from './workspace.js';

const workspace = useWorkspace();

/** What a sandbox that vets recorded of these commands, whether they ran or not. */
async function recorded(
  commands: readonly (string | readonly string[])[],
  onAsk?: (request: AskRequest) => boolean | Promise<boolean>,
  level: 'full' | 'summary' = 'full',
): Promise<readonly RedactedEvent[]> {
  const events: RedactedEvent[] = [];
  const box = workspace.sandbox({
    policy: 'default',
    audit: { sink: { write: (event) => events.push(event) }, level },
    ...(onAsk === undefined ? {} : { onAsk }),
  });
  for (const command of commands) await box.run(command).catch(() => undefined);
  await box[Symbol.asyncDispose]();
  return events.filter(({ operation }) => operation === 'command_exec');
}

const brief = (events: readonly RedactedEvent[]): readonly string[] =>
  events.map(({ decision, phase, details }) => phase ?? `${decision} by ${details?.['by'] as string}`);

describe('the audit log of a sandbox that vets', () => {
  it('has the decision before the run, and no run where it was denied', async () => {
    const events = await recorded([['ls'], ['sudo', 'ls']]);
    expect(brief(events)).toEqual(['allowed by policy', 'start', 'end', 'denied by policy']);
    expect(events[3]).toMatchObject({ target: 'sudo', argv: ['sudo', 'ls'] });
    expect(events[3]?.reason).not.toBe('');
  });

  it('has what was asked for and what the approver said', async () => {
    const asked = ['npm', 'install'];
    expect(brief(await recorded([asked]))).toEqual(['requires_approval by policy']);
    expect(brief(await recorded([asked], () => false))).toEqual([
      'requires_approval by policy',
      'denied by approver',
    ]);
    expect(brief(await recorded([['python3', '-c', 'print(1)']], () => Promise.resolve(true)))).toEqual([
      'requires_approval by policy',
      'allowed by approver',
      'start',
      'end',
    ]);
    const failing = (): never => {
      throw new Error('no terminal');
    };
    expect(brief(await recorded([asked], failing))).toEqual([
      'requires_approval by policy',
      'denied by approver',
    ]);
  });

  it('tells only the program under `summary`', async () => {
    const events = await recorded(['curl -H "X: 1" https://example.com/private'], undefined, 'summary');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ target: 'curl' });
    expect(JSON.stringify({ ...events[0], reason: '', details: {} })).not.toContain('private');
  });

  it('refuses a command whose decision cannot be recorded, when that is required', async () => {
    const sink = {
      write: (): never => {
        throw new Error('full');
      },
    };
    const box = workspace.sandbox({ policy: 'default', audit: { sink, required: true } });
    await expect(box.run(['ls'])).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_AUDIT/) as unknown,
    });
  });
});
