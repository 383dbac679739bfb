import { constants } from 'node:os';

import { isSandboxError, type Result } from '../index.js';

/** Exit codes of our own, as the shell and coreutils use them. */
export const exitCodes = { timeout: 124, failure: 125, denied: 126, notFound: 127, signalBase: 128 } as const;

export function exitCodeOfResult(result: Result): number {
  switch (result.verdict) {
    case 'ok':
    case 'exit':
      return result.exitCode ?? exitCodes.failure;
    case 'timeout':
      return exitCodes.timeout;
    case 'denied':
      return exitCodes.denied;
    case 'canceled':
      return exitCodes.signalBase + constants.signals.SIGINT;
    case 'signal':
    case 'memory':
    case 'output':
    case 'limit':
      return exitCodes.signalBase + constants.signals[result.signal ?? 'SIGKILL'];
  }
}

export function exitCodeOfError(error: unknown): number {
  if (!isSandboxError(error)) return exitCodes.failure;
  if (error.code === 'ERR_COMMAND_NOT_FOUND') return exitCodes.notFound;
  const denied = ['ERR_COMMAND_NOT_EXECUTABLE', 'ERR_COMMAND_DENIED', 'ERR_APPROVAL_REQUIRED'];
  return denied.includes(error.code) ? exitCodes.denied : exitCodes.failure;
}
