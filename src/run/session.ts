import { type ObservedRun, type RunObserver } from '../audit/event.js';
import { systemOf } from '../compile/systems.js';
import { shellArgv } from '../compile/windows/command_line.js';
import { ProfileError, SandboxError } from '../errors.js';
import { type EnvironmentBlock, type NativeRun } from '../native/start.js';
import { type PolicyCache, type Prepared } from './prepare.js';

export type Variables = Readonly<Record<string, string | undefined>>;

const pathLine = process.platform === 'win32' ? /^path=/iu : /^PATH=/u;

/** Builds environments, and keeps the two that need no variables of the run's own. */
export class EnvironmentBuilder {
  readonly #build: (confined: boolean, extra: Variables) => readonly string[];
  readonly #plain = new Map<boolean, EnvironmentBlock>();

  constructor(build: (confined: boolean, extra: Variables) => readonly string[]) {
    this.#build = build;
  }

  get(confined: boolean, extra: Variables | undefined): EnvironmentBlock {
    if (extra !== undefined) return this.#make(confined, extra);
    let block = this.#plain.get(confined);
    if (block === undefined) {
      block = this.#make(confined, {});
      this.#plain.set(confined, block);
    }
    return block;
  }

  #make(confined: boolean, extra: Variables): EnvironmentBlock {
    const built = this.#build(confined, extra);
    const { encode } = systemOf(process.platform);
    const lines = encode === undefined ? built : encode.environment(built);
    const searchPath = lines.find((line) => pathLine.test(line))?.slice('PATH='.length);
    return { lines, text: lines.map((line) => `${line}\0`).join(''), searchPath };
  }
}

type Endable = Pick<NativeRun, 'kill' | 'ref'>;

/** The runs of one sandbox that have not ended. */
export class ActiveRuns {
  readonly #runs = new Set<Endable>();
  #closed = false;
  #idle: (() => void) | undefined;

  requireOpen(): void {
    if (!this.#closed) return;
    throw new SandboxError(
      'ERR_SANDBOX_CLOSED',
      'This sandbox was disposed of. Create another with createSandbox.',
    );
  }

  add(run: Endable): void {
    this.#runs.add(run);
  }

  delete(run: Endable): void {
    this.#runs.delete(run);
    if (this.#runs.size === 0) this.#idle?.();
  }

  /** Ends every run and waits until the last is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#runs.size === 0) return;
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
    for (const run of this.#runs) {
      run.ref();
      run.kill();
    }
    await idle;
  }
}

/** What the runs of one sandbox share. */
export interface Session {
  readonly policies: PolicyCache;
  readonly environment: EnvironmentBuilder;
  readonly active: ActiveRuns;
  readonly observer: RunObserver | undefined;
}

/** What an observer is told about a run. */
export function observed(runId: string, argv: readonly string[], prepared: Prepared): ObservedRun {
  const { policy, policyHash, enforcement } = prepared;
  return { runId, argv, profile: policy.profile, policyHash, tier: enforcement.tier };
}

function shellLine(line: string): readonly string[] {
  if (process.platform === 'win32') return shellArgv(line, process.env['SystemRoot'] ?? 'C:\\Windows');
  return ['/bin/sh', '-c', line];
}

/** A string is a line for the shell inside the sandbox, a list is an exact argv. */
export function toArgv(command: string | readonly string[]): readonly string[] {
  const argv = typeof command === 'string' ? shellLine(command) : [...command];
  if (argv[0] === undefined || argv[0] === '') {
    throw new ProfileError(
      'ERR_INVALID_COMMAND',
      'The command is empty. Pass a shell line or a non-empty list of arguments.',
    );
  }
  return argv;
}
