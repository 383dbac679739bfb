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
import { PolicyCache, type ProfileKey, type ResolvedPolicy } from './run/prepare.js';
import { type Output } from './run/result.js';
import { runCommand } from './run/run.js';
import { ActiveRuns, EnvironmentBuilder, type Session, toArgv } from './run/session.js';
import { spawnCommand } from './run/spawn.js';
import { type Subprocess } from './run/subprocess.js';
import { wrapCommand } from './run/wrap.js';
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
  /** What is allowed, by which mechanism; for an action, whether it is, and the smallest rule that would allow it. */
  explain(profile?: ProfileKey | SandboxPolicy, action?: Action): Explanation;
  /** What this machine can enforce. */
  doctor(): MachineReport;
  /** A profile as it is resolved for this sandbox. */
  policy(profile?: ProfileKey): SandboxPolicy;
}

function isPolicy(value: ProfileDefinition | SandboxPolicy): value is SandboxPolicy {
  return 'workspaceAccess' in value;
}

/** Options of `createSandbox`. */
export interface CreateOptions extends SandboxOptions {
  /** Records every start and end of a run, and every violation. */
  readonly audit?: SandboxAudit;
}

class LocalSandbox implements Sandbox {
  readonly #options: SandboxOptions & { readonly workspace: string };
  readonly #auditor: RunAuditor | undefined;
  readonly #profile: ProfileKey;
  readonly #session: Session;

  constructor(options: SandboxOptions & { readonly workspace: string }, auditor: RunAuditor | undefined) {
    this.#options = options;
    this.#auditor = auditor;
    this.#profile = options.profile ?? SecurityProfile.Offline;
    // Like the workspace, the environment is that of the moment when the sandbox is created. Reading all of it for every run would cost
    // the event loop more than starting the run.
    const host = { ...process.env };
    const own = options.env ?? {};
    this.#session = {
      policies: new PolicyCache((profile) => this.#resolve(profile)),
      environment: new EnvironmentBuilder((confined, extra) =>
        buildEnvironment(host, confined, { ...own, ...extra }),
      ),
      active: new ActiveRuns(),
      observer: auditor,
    };
  }

  #resolve(profile: ProfileKey): ResolvedPolicy {
    const policy = resolvePolicy(profile, this.#options, readMachineFacts());
    if (this.#auditor?.file !== undefined) requireOutside(this.#auditor.file, policy);
    return { policy, hash: policyHash(policy) };
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
    return runCommand(this.#session, profile, toArgv(command), options);
  }

  spawn(command: Command, profile = this.#profile, options: RunOptions = {}): Subprocess {
    validateCommand(command);
    validateRunOptions(options);
    return spawnCommand(this.#session, profile, toArgv(command), options);
  }

  wrap(command: Command, profile = this.#profile, options: RunOptions = {}): Promise<WrappedCommand> {
    return new Promise((resolve) => {
      validateCommand(command);
      validateRunOptions(options);
      resolve(wrapCommand(this.#session, profile, toArgv(command), options));
    });
  }

  explain(profile: ProfileKey | SandboxPolicy = this.#profile, action?: Action): Explanation {
    const policy = typeof profile === 'object' && isPolicy(profile) ? profile : this.#resolve(profile).policy;
    const enforcement = enforcementOf(policy);
    const explanation = { policy, policyHash: policyHash(policy), enforcement };
    if (action === undefined) return explanation;
    return { ...explanation, action: explainAction(policy, enforcement, this.#canonical(action, policy)) };
  }

  doctor(): MachineReport {
    return inspectMachine(Object.values(SecurityProfile), (profile) => this.#resolve(profile));
  }

  policy(profile = this.#profile): SandboxPolicy {
    return this.#resolve(profile).policy;
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
    this.#session.policies.discard();
    await this.#auditor?.close();
  }
}

/** Creates a sandbox. The workspace is the working directory of this moment unless it is given. */
export function createSandbox({ audit, ...options }: CreateOptions = {}): Sandbox {
  validateSandboxOptions(options);
  const workspace = options.workspace ?? process.cwd();
  const auditor = audit === undefined ? undefined : new RunAuditor(audit, workspace);
  return new LocalSandbox({ ...options, workspace }, auditor);
}
