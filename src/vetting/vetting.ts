import { resolve } from 'node:path';

import { DeniedError, type Refusal } from '../errors.js';
import type { PathAccess, ShellDialect, VettingContext } from '../execpolicy/context.js';
import type { Decision } from '../execpolicy/decision.js';
import type { CompiledPolicy } from '../execpolicy/rules/compile.js';
import type { Command, SandboxPolicy } from '../types.js';
import { engine } from './engine.js';
import { compilePolicyOption, checkVettingOptions, type VettingOptions } from './options.js';
import { pathAccess } from './path_access.js';
import { isOpen, programFinder } from './programs.js';

/** What vetting has to know about a command besides its words. */
export interface Circumstances {
  readonly policy: SandboxPolicy;
  /** Whether runs have a private scratch space. */
  readonly mounts: boolean;
  readonly home: string;
  readonly searchPath: string | undefined;
  readonly cwd: string | undefined;
  readonly dialect?: ShellDialect | undefined;
}

/** What became of a command that was vetted, and who said so. */
export interface Verdict {
  readonly answer: 'allowed' | 'denied' | 'requires_approval';
  readonly by: 'policy' | 'approver';
}

/** Is told of every verdict before it takes effect. What it throws refuses the command. */
export type VettingObserver = (command: Command, decision: Decision, verdict: Verdict) => void;

/** Where the command would start. */
function directoryOf({ policy, cwd }: Circumstances): string {
  return cwd === undefined ? policy.workspace : resolve(policy.workspace, cwd);
}

function refused(
  code: 'ERR_COMMAND_DENIED' | 'ERR_APPROVAL_REQUIRED',
  decision: Decision,
  why: string,
  cause?: unknown,
): DeniedError {
  const suggestion = decision.suggestion === undefined ? '' : ` Instead: ${decision.suggestion}.`;
  const refusal: Refusal = { ...decision, decision: decision.decision === 'deny' ? 'deny' : 'ask' };
  return new DeniedError(
    code,
    `${why}: ${decision.reason}.${suggestion}`,
    refusal,
    cause === undefined ? {} : { cause },
  );
}

/** Vets the commands of one sandbox. No answer of it changes what a command may do. */
export class CommandVetting {
  readonly #options: VettingOptions;
  readonly #policy: CompiledPolicy | undefined;
  /** What was found about the search path last used with a policy; it costs more than a decision. */
  readonly #open = new WeakMap<
    SandboxPolicy,
    { readonly searchPath: string | undefined; readonly open: boolean }
  >();

  readonly #observer: VettingObserver;

  constructor(options: VettingOptions, observer: VettingObserver = () => undefined) {
    checkVettingOptions(options);
    this.#observer = observer;
    this.#options = options;
    this.#policy = options.policy === undefined ? undefined : compilePolicyOption(options.policy);
  }

  /** Whether commands are vetted before they start. */
  get active(): boolean {
    return this.#policy !== undefined;
  }

  check(command: Command, circumstances: Circumstances): Decision {
    const { policy, mounts, home, searchPath, dialect } = circumstances;
    const rules = this.#policy ?? compilePolicyOption('default');
    const cwd = directoryOf(circumstances);
    const paths = pathAccess(policy, mounts);
    const program = programFinder(rules, this.#isOpen(policy, searchPath, paths), searchPath, cwd);
    const context: VettingContext = { cwd, home, paths, network: policy.network, program, dialect };
    return engine().checkCommand(rules, command, context);
  }

  #isOpen(policy: SandboxPolicy, searchPath: string | undefined, paths: PathAccess): boolean {
    const known = this.#open.get(policy);
    if (known !== undefined && known.searchPath === searchPath) return known.open;
    const open = isOpen(searchPath, paths);
    this.#open.set(policy, { searchPath, open });
    return open;
  }

  /** Throws `DeniedError` unless the command may start, or has to be asked for: then it calls the approver. */
  #ask(
    command: Command,
    circumstances: Circumstances,
  ): { answer: boolean | Promise<boolean>; decision: Decision } | undefined {
    const decision = this.check(command, circumstances);
    const { onAsk } = this.#options;
    const answer = ({ allow: 'allowed', deny: 'denied', ask: 'requires_approval' } as const)[
      decision.decision
    ];
    this.#observer(command, decision, { answer, by: 'policy' });
    if (decision.decision === 'allow') return undefined;
    if (decision.decision === 'deny')
      throw refused('ERR_COMMAND_DENIED', decision, 'The policy denies this command');
    if (onAsk === undefined)
      throw refused(
        'ERR_APPROVAL_REQUIRED',
        decision,
        'The policy asks about this command, and nobody answers',
      );
    try {
      const cwd = directoryOf(circumstances);
      return { decision, answer: onAsk({ command, cwd, decision }) };
    } catch (cause) {
      throw this.#failed(command, decision, cause);
    }
  }

  #failed(command: Command, decision: Decision, cause: unknown): DeniedError {
    this.#observer(command, decision, { answer: 'denied', by: 'approver' });
    return refused('ERR_COMMAND_DENIED', decision, 'The approver failed', cause);
  }

  /** Anything but `true` is a refusal. */
  #settle(command: Command, decision: Decision, answer: unknown): void {
    this.#observer(command, decision, { answer: answer === true ? 'allowed' : 'denied', by: 'approver' });
    if (answer !== true) throw refused('ERR_COMMAND_DENIED', decision, 'The approver refused this command');
  }

  /** Returns when the command may start, and throws `DeniedError` otherwise. */
  async vet(command: Command, circumstances: Circumstances): Promise<void> {
    const asked = this.#ask(command, circumstances);
    if (asked === undefined) return;
    let answer: unknown;
    try {
      answer = await asked.answer;
    } catch (cause) {
      throw this.#failed(command, asked.decision, cause);
    }
    this.#settle(command, asked.decision, answer);
  }

  /** The same where there is no time to wait. */
  vetNow(command: Command, circumstances: Circumstances): void {
    const asked = this.#ask(command, circumstances);
    if (asked === undefined) return;
    if (typeof asked.answer === 'object') {
      void asked.answer.then(undefined, () => undefined);
      throw refused(
        'ERR_APPROVAL_REQUIRED',
        asked.decision,
        'spawn cannot wait for onAsk; use run, or answer at once',
      );
    }
    this.#settle(command, asked.decision, asked.answer);
  }
}
