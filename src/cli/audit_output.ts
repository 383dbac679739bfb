import { once } from 'node:events';

import { type Terminal } from './terminal.js';

/** Writes lines as fast as their reader takes them. Answers false when the reader has left. */
export async function writeLine(terminal: Terminal, line: string): Promise<boolean> {
  const { stdout } = terminal;
  if (stdout.destroyed) return false;
  if (!stdout.write(`${line}\n`))
    await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
  return !(stdout.destroyed as boolean);
}

/** A signal that is aborted when the user interrupts, or the reader of stdout leaves. */
export function untilInterrupted(terminal: Terminal): {
  readonly signal: AbortSignal;
  readonly done: () => void;
} {
  const abort = new AbortController();
  const stop = (): void => {
    abort.abort();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  terminal.stdout.once('error', stop);
  return {
    signal: abort.signal,
    done: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      terminal.stdout.off('error', stop);
    },
  };
}
