import { SandboxError } from '../errors.js';
import { type Enforcement, type Result, type Usage, type Verdict, type Violation } from '../types.js';
import { type Output } from './result.js';

function describe(result: Result<Output>): string {
  switch (result.verdict) {
    case 'ok':
      return 'succeeded';
    case 'exit':
      return `exited with code ${result.exitCode ?? '?'}`;
    case 'signal':
      return `was ended by ${result.signal ?? 'a signal'}`;
    case 'timeout':
      return `was ended after its time limit (${Math.round(result.durationMs)} ms)`;
    case 'memory':
      return 'was ended at its memory limit';
    case 'output':
      return 'was ended at its output limit';
    case 'limit':
      return 'was ended at a limit of its profile';
    case 'denied':
      return 'was denied';
    case 'canceled':
      return 'was canceled';
  }
}

/** A run that did not end with `ok`, under `throwOnError`. It carries every field of the result. */
export class RunError extends SandboxError implements Result<Output> {
  readonly command: readonly string[];
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly durationMs: number;
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  readonly truncated: Result['truncated'];
  readonly verdict: Verdict;
  readonly violations: readonly Violation[];
  readonly enforcement: Enforcement;
  readonly usage: Usage;
  readonly runId: string;
  readonly policyHash: string;

  constructor(result: Result<Output>) {
    const program = result.command[0] ?? '';
    super('ERR_RUN_FAILED', `The command ${JSON.stringify(program)} ${describe(result)}.`, {
      subject: program,
    });
    this.command = result.command;
    this.exitCode = result.exitCode;
    this.signal = result.signal;
    this.stdout = result.stdout;
    this.stderr = result.stderr;
    this.durationMs = result.durationMs;
    this.timedOut = result.timedOut;
    this.isCanceled = result.isCanceled;
    this.truncated = result.truncated;
    this.verdict = result.verdict;
    this.violations = result.violations;
    this.enforcement = result.enforcement;
    this.usage = result.usage;
    this.runId = result.runId;
    this.policyHash = result.policyHash;
  }
}
