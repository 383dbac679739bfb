import { UnsupportedError } from '../errors.js';
import { type Enforcement, type EnforcementStatus, type Guarantee, type SandboxPolicy } from '../types.js';

/** What a policy demands of one machine of one system. */
export interface Demands {
  /** What a guarantee must reach under `hard`. */
  minimum(guarantee: Guarantee): EnforcementStatus;
  /** How to get what is missing, as a sentence. */
  remedy(guarantee: Guarantee): string;
  /** Why the run must not start whatever `compat` says; undefined when it may. */
  refused(): string | undefined;
}

const rank: Readonly<Record<EnforcementStatus, number>> = { none: 0, partial: 1, full: 2 };

/** Guarantees that a policy does not promise at all, and that are therefore never missing. */
function isPromised(guarantee: Guarantee, policy: SandboxPolicy): boolean {
  if (!policy.confined) return guarantee === 'survivors' || guarantee === 'limits';
  return guarantee !== 'network' || policy.network === 'none';
}

/** The guarantees that are weaker than demanded. */
export function missingOf(
  policy: SandboxPolicy,
  enforcement: Enforcement,
  demands: Demands,
): readonly Guarantee[] {
  return (Object.keys(enforcement.guarantees) as Guarantee[]).filter((guarantee) => {
    if (!isPromised(guarantee, policy)) return false;
    return rank[enforcement.guarantees[guarantee].status] < rank[demands.minimum(guarantee)];
  });
}

/** A profile whose mechanism does not exist yet on any system. */
function withoutMechanism(policy: SandboxPolicy): string | undefined {
  if (policy.base !== 'net-read-only') return undefined;
  return 'it needs the egress broker, which this version does not have yet. Use `offline` without network, or `workspace-net` with all of it.';
}

/** Throws when the run must not start. Under `best-effort` only what can never be enforced half is refused. */
export function demand(policy: SandboxPolicy, enforcement: Enforcement, demands: Demands): void {
  const refused = withoutMechanism(policy) ?? demands.refused();
  if (refused !== undefined) {
    throw new UnsupportedError(
      'ERR_UNSUPPORTED_FEATURE',
      `The profile "${policy.profile}" cannot run: ${refused}`,
      { subject: policy.profile },
    );
  }
  if (policy.compat === 'best-effort') return;
  const missing = missingOf(policy, enforcement, demands);
  const first = missing[0];
  if (first === undefined) return;
  const details = missing.map((name) => `${name} (${enforcement.guarantees[name].reason ?? 'not enforced'})`);
  throw new UnsupportedError(
    'ERR_UNSUPPORTED_FEATURE',
    `This machine cannot give the profile "${policy.profile}" what it promises: ${details.join('; ')}. ` +
      `${demands.remedy(first)} Or accept less with \`compat: 'best-effort'\`.`,
    { subject: first },
  );
}
