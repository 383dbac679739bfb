import { PolicyError, ProfileError } from '../errors.js';
import type { Decision } from '../execpolicy/decision.js';
import type { PolicyFile } from '../execpolicy/rule.js';
import type { CompiledPolicy } from '../execpolicy/rules/compile.js';
import { engine } from './engine.js';

/** Policies that are used together, the strictest answer winning. `default` is the one that ships. */
export type PolicyOption = 'default' | PolicyFile | readonly ('default' | PolicyFile)[];

/** What an approver is asked. */
export interface AskRequest {
  /** As it was given: a line of the shell, or an argv. */
  readonly command: string | readonly string[];
  readonly cwd: string;
  readonly decision: Decision;
}

/** Vetting of the commands of a sandbox. It decides whether a command starts, never what it may do then. */
export interface VettingOptions {
  /** Vets every command before it starts: `deny` refuses it, `ask` calls `onAsk`. Absent: commands are not vetted. */
  readonly policy?: PolicyOption;
  /** Answers for commands that the policy asks about; only `true` lets one start. `spawn` cannot wait for a promise. */
  readonly onAsk?: (request: AskRequest) => boolean | Promise<boolean>;
}

/** Options of one question to `sandbox.check`. */
export interface CheckOptions {
  /** The profile whose paths and network count: that of the sandbox unless given. */
  readonly profile?: string;
  /** Where the command would start: the workspace unless given. */
  readonly cwd?: string;
  /** The language of a command that is a string: that of the shell of a run unless given. */
  readonly dialect?: 'sh' | 'bash' | 'zsh' | 'powershell' | 'cmd';
}

let shipped: CompiledPolicy | undefined;

/** Checks and compiles a `policy` option. Throws `PolicyError`. */
export function compilePolicyOption(option: PolicyOption): CompiledPolicy {
  if (option === 'default') {
    shipped ??= engine().loadPolicies([engine().defaultPolicy]);
    return shipped;
  }
  const list: readonly unknown[] = Array.isArray(option) ? option : [option];
  if (list.length === 0)
    throw new PolicyError(
      'ERR_POLICY_INVALID',
      'policy: is an empty list. Name "default" or a policy, or leave it out.',
      { subject: 'policy' },
    );
  const files = list.map((one, index) => {
    if (one === 'default') return engine().defaultPolicy;
    if (typeof one !== 'object' || one === null)
      throw new PolicyError(
        'ERR_POLICY_INVALID',
        `policy[${index}]: must be "default" or a policy. Read a file with parsePolicy first.`,
        { subject: 'policy' },
      );
    return one as PolicyFile;
  });
  return engine().loadPolicies(files);
}

/** Takes the options that are about vetting out of those of a sandbox. What is no object is left to whoever checks the others. */
export function takeVetting<Own extends object>(
  options: Own & VettingOptions,
): { own: Own; vetting: VettingOptions } {
  const given: unknown = options;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return { own: options, vetting: {} };
  const { policy, onAsk, ...own } = options;
  const vetting = { ...(policy === undefined ? {} : { policy }), ...(onAsk === undefined ? {} : { onAsk }) };
  return { own: own as unknown as Own, vetting };
}

/** Checks the options that are about vetting. */
export function checkVettingOptions({ onAsk }: VettingOptions): void {
  const given: unknown = onAsk;
  if (given !== undefined && typeof given !== 'function')
    throw new ProfileError('ERR_INVALID_OPTION', 'onAsk: must be a function.', { subject: 'onAsk' });
}

/** Reads the text of a policy file; `name` is what messages call it. Throws `PolicyError` when it is not JSON or has a wrong shape. */
export function parsePolicy(source: { readonly name: string; readonly text: string }): PolicyFile {
  return engine().parsePolicy(source);
}

/** The policy that ships, to look at or to build on. */
export function defaultPolicy(): PolicyFile {
  return engine().defaultPolicy;
}
