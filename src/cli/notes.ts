import { type Enforcement, type Guarantee, type Result } from '../index.js';

/** What was not fully enforced, in one line, or undefined. */
function enforcementNote({ tier, guarantees }: Enforcement): string | undefined {
  if (tier === 'unconfined') return 'this profile does not confine the command.';
  const weak = (Object.keys(guarantees) as Guarantee[]).filter((name) => guarantees[name].status !== 'full');
  if (weak.length === 0) return undefined;
  const details = weak.map(
    (name) => `${name} is ${guarantees[name].status} (${guarantees[name].reason ?? ''})`,
  );
  return `not fully enforced: ${details.join('; ')}`;
}

function verdictNote(result: Result): string | undefined {
  switch (result.verdict) {
    case 'ok':
    case 'exit':
      return undefined;
    case 'signal':
      return `the command was ended by ${result.signal ?? 'a signal'}.`;
    case 'timeout':
      return `the command was ended after its time limit (${Math.round(result.durationMs)} ms).`;
    case 'memory':
      return 'the command was ended at its memory limit.';
    case 'output':
      return 'the command was ended at its output limit.';
    case 'limit':
      return 'the command was ended at a limit (CPU time, processes or file size).';
    case 'denied':
      return 'the command was denied.';
    case 'canceled':
      return 'the command was canceled.';
  }
}

/** What a reader should know about a run besides the command's own output. Nothing for an ordinary run. */
export function notesOf(result: Result): readonly string[] {
  const lines = [
    enforcementNote(result.enforcement),
    ...result.violations.map(({ message }) => message),
    verdictNote(result),
  ];
  return lines.filter((line) => line !== undefined);
}
