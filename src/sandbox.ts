import { homedir } from 'node:os';

import { isSandboxError } from './errors.js';
import { RunAuditor, type SandboxAudit } from './audit/runs.js';
import { explainAction } from './compile/explain.js';
import { buildEnvironment } from './profile/environment.js';
import { policyHash } from './profile/hash.js';
import { readMachineFacts } from './profile/machine.js';
import { SecurityProfile } from './profile/names.js';
import { requireOutside } from './profile/outside.js';
import { locate } from './profile/paths.js';
import { resolvePolicy } from './profile/resolve.js';
import { validateCommand, validateRunOptions, validateSandboxOptions } from './profile/run_options.js';
import { enforcementOf, inspectMachine } from './run/inspect.js';
import { PolicyCache, type ProfileKey } from './run/prepare.js';
import { type Output } from './run/result.js';
import { runCommand } from './run/run.js';
import { ActiveRuns, EnvironmentBuilder, type Session, toArgv } from './run/session.js';
import { spawnCommand } from './run/spawn.js';
import { type Subprocess } from './run/subprocess.js';
import { wrapCommand } from './run/wrap.js';
import { type Decision } from './execpolicy/decision.js';
import { type CheckOptions, takeVetting, type VettingOptions } from './vetting/options.js';
import { type Circumstances, CommandVetting } from './vetting/vetting.js';
import {
  type Action,
  type Command,
  type Explanation,
  type MachineReport,
  type ProfileDefinition,
  type Result,
  type RunOptions,
  type SandboxOptions,
  type SandboxPolicy,
  type WrappedCommand,
} from './types.js';

/** Runs commands under security profiles. Many may live in one process; they share nothing. */
export interface Sandbox extends AsyncDisposable {
  /** Runs a command to its end and resolves with its result, whatever its exit code. */
  run(
    command: Command,
    profile: ProfileKey | undefined,
    options: RunOptions & { readonly encoding: 'buffer' },
  ): Promise<Result<Buffer>>;
  run(command: Command, profile?: ProfileKey, options?: RunOptions): Promise<Result>;
  /** Starts a command and hands out its streams. */
  spawn(command: Command, profile?: ProfileKey, options?: RunOptions): Subprocess;
  /** The same command for any other spawner. */
  wrap(command: Command, profile?: ProfileKey, options?: RunOptions): Promise<WrappedCommand>;
  /** Whether the policy allows a command, asks about it or denies it, and why. Nothing runs. */
  check(command: Command, options?: CheckOptions): Decision;
  /** What is allowed, by which mechanism; for an action, whether it is, and the smallest rule that would allow it. */
  explain(profile?: ProfileKey | SandboxPolicy, action?: Action): Explanation;
  /** What this machine can enforce. */
  doctor(): MachineReport;
  /** A profile as it is resolved for this sandbox. */
  policy(profile?: ProfileKey): SandboxPolicy;
}

/** Where the addon cannot say, there is no scratch space to count on. */
function hasMounts(policy: SandboxPolicy): boolean {
  try {
    return enforcementOf(policy).tier === 'standard';
  } catch (error) {
    if (isSandboxError(error)) return false;
    throw error;
  }
}

function isPolicy(value: ProfileDefinition | SandboxPolicy): value is SandboxPolicy {
  return 'workspaceAccess' in value;
}

const noOptions: RunOptions = {};

/** Options of `createSandbox`. */
export interface CreateOptions extends SandboxOptions, VettingOptions {
  /** Records every start and end of a run, and every violation. */
  readonly audit?: SandboxAudit;
}

/** Milliseconds for which vetting uses a policy that it resolved. */
const longestVetted = 500;

class LocalSandbox implements Sandbox {
  readonly #options: SandboxOptions & { readonly workspace: string };
  readonly #auditor: RunAuditor | undefined;
  readonly #profile: ProfileKey;
  readonly #session: Session;
  readonly #vetting: CommandVetting;
  /** What vetting compares with, resolved anew now and then: what is protected depends on what exists. Runs resolve their own. */
  readonly #vetted = new Map<string, { readonly at: number; readonly made: Circumstances }>();

  constructor(
    options: SandboxOptions & { readonly workspace: string },
    vetting: VettingOptions,
    auditor: RunAuditor | undefined,
  ) {
    this.#options = options;
    this.#vetting = new CommandVetting(vetting, (command, { reason, rule }, { answer, by }) => {
      auditor?.vetted({ command, decision: answer, by, reason, rule });
    });
    this.#auditor = auditor;
    this.#profile = options.profile ?? SecurityProfile.Offline;
    // Like the workspace, the environment is that of the moment when the sandbox is created. Reading all of it for every run would cost
    // the event loop more than starting the run.
    const host = { ...process.env };
    const own = options.env ?? {};
    this.#session = {
      policies: new PolicyCache((profile) => {
        const policy = this.#resolve(profile);
        return { policy, hash: () => policyHash(policy) };
      }),
      environment: new EnvironmentBuilder((confined, extra) =>
        buildEnvironment(host, confined, { ...own, ...extra }),
      ),
      active: new ActiveRuns(),
      observer: auditor,
    };
  }

  #resolve(profile: ProfileKey): SandboxPolicy {
    const policy = resolvePolicy(profile, this.#options, readMachineFacts());
    if (this.#auditor?.file !== undefined) requireOutside(this.#auditor.file, policy);
    return policy;
  }

  run(
    command: Command,
    profile: ProfileKey | undefined,
    options: RunOptions & { readonly encoding: 'buffer' },
  ): Promise<Result<Buffer>>;
  run(command: Command, profile?: ProfileKey, options?: RunOptions): Promise<Result>;
  async run(command: Command, profile = this.#profile, options: RunOptions = {}): Promise<Result<Output>> {
    validateCommand(command);
    validateRunOptions(options);
    // Neither may change between the question and the answer.
    const argv = toArgv(command);
    if (this.#vetting.active) {
      const fixed = { ...options };
      const asked = typeof command === 'string' ? command : argv;
      await this.#vetting.vet(asked, this.#circumstances(profile, fixed));
      return runCommand(this.#session, profile, argv, fixed);
    }
    return runCommand(this.#session, profile, argv, options);
  }

  spawn(command: Command, profile = this.#profile, options: RunOptions = {}): Subprocess {
    validateCommand(command);
    validateRunOptions(options);
    if (this.#vetting.active) this.#vetting.vetNow(command, this.#circumstances(profile, options));
    return spawnCommand(this.#session, profile, toArgv(command), options);
  }

  async wrap(command: Command, profile = this.#profile, options: RunOptions = {}): Promise<WrappedCommand> {
    validateCommand(command);
    validateRunOptions(options);
    const argv = toArgv(command);
    const fixed = { ...options };
    if (this.#vetting.active) {
      const asked = typeof command === 'string' ? command : argv;
      await this.#vetting.vet(asked, this.#circumstances(profile, fixed));
    }
    return wrapCommand(this.#session, profile, argv, fixed);
  }

  check(command: Command, options: CheckOptions = {}): Decision {
    validateCommand(command);
    const { profile = this.#profile, cwd, dialect } = options;
    const circumstances = this.#circumstances(profile, cwd === undefined ? noOptions : { cwd });
    return this.#vetting.check(
      command,
      dialect === undefined ? circumstances : { ...circumstances, dialect },
    );
  }

  #circumstances(profile: ProfileKey, { cwd, env }: RunOptions): Circumstances {
    const known = typeof profile === 'string' ? this.#vetted.get(profile) : undefined;
    const now = performance.now();
    if (known === undefined || now - known.at > longestVetted) {
      const policy = this.#resolve(profile);
      const { searchPath } = this.#session.environment.get(policy.confined, undefined);
      const made = { policy, mounts: hasMounts(policy), home: homedir(), searchPath, cwd: undefined };
      if (typeof profile !== 'string') return { ...made, cwd, searchPath: this.#searchPath(policy, env) };
      this.#vetted.set(profile, { at: now, made });
      return this.#circumstances(profile, {
        ...(cwd === undefined ? {} : { cwd }),
        ...(env === undefined ? {} : { env }),
      });
    }
    const found = known.made;
    if (cwd === undefined && env === undefined) return found;
    return { ...found, cwd, searchPath: this.#searchPath(found.policy, env) };
  }

  #searchPath({ confined }: SandboxPolicy, env: RunOptions['env']): string | undefined {
    return this.#session.environment.get(confined, env).searchPath;
  }

  explain(profile: ProfileKey | SandboxPolicy = this.#profile, action?: Action): Explanation {
    const policy = typeof profile === 'object' && isPolicy(profile) ? profile : this.#resolve(profile);
    const enforcement = enforcementOf(policy);
    const explanation = { policy, policyHash: policyHash(policy), enforcement };
    if (action === undefined) return explanation;
    return { ...explanation, action: explainAction(policy, enforcement, this.#canonical(action, policy)) };
  }

  doctor(): MachineReport {
    return inspectMachine(Object.values(SecurityProfile), (profile) => this.#resolve(profile));
  }

  policy(profile = this.#profile): SandboxPolicy {
    return this.#resolve(profile);
  }

  /** An action with its path as the kernel will see it. */
  #canonical(action: Action, policy: SandboxPolicy): Action {
    const context = { workspace: policy.workspace, home: readMachineFacts().home };
    if ('connect' in action) return action;
    if ('write' in action) return { write: locate(action.write, 'write', context).path };
    if ('read' in action) return { read: locate(action.read, 'read', context).path };
    return { execute: locate(action.execute, 'execute', context).path };
  }

  /** Ends every run of this sandbox, waits until they are gone, and lets go of what was prepared for them. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.active.close();
    await this.#session.policies.discard();
    await this.#auditor?.close();
  }
}

/** Creates a sandbox. The workspace is the working directory of this moment unless it is given. */
export function createSandbox({ audit, ...options }: CreateOptions = {}): Sandbox {
  const { own, vetting } = takeVetting<SandboxOptions>(options);
  validateSandboxOptions(own);
  const workspace = own.workspace ?? process.cwd();
  const auditor = audit === undefined ? undefined : new RunAuditor(audit, workspace);
  return new LocalSandbox({ ...own, workspace }, vetting, auditor);
}
