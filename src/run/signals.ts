import { constants } from 'node:os';

const names = new Map<number, NodeJS.Signals>();
for (const [name, number] of Object.entries(constants.signals) as [NodeJS.Signals, number][]) {
  // Some numbers have two names; the first one listed is the usual one.
  if (!names.has(number)) names.set(number, name);
}

/** The name of a signal number. Real-time signals have none in Node and are reported as the nearest thing to a kill. */
export function signalName(number: number | undefined): NodeJS.Signals | undefined {
  return number === undefined ? undefined : (names.get(number) ?? 'SIGKILL');
}

export function signalNumber(signal: NodeJS.Signals | number): number | undefined {
  return typeof signal === 'number'
    ? signal
    : (constants.signals as Record<string, number | undefined>)[signal];
}
