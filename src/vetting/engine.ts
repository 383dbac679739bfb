import { checkCommand } from '../execpolicy/check.js';
import { defaultPolicy } from '../execpolicy/defaults/policy.js';
import { loadPolicies, parsePolicy } from '../execpolicy/rules/load.js';

/** What deciding needs: the rules, the shell parser and the policy that ships. */
export interface Engine {
  readonly checkCommand: typeof checkCommand;
  readonly loadPolicies: typeof loadPolicies;
  readonly parsePolicy: typeof parsePolicy;
  readonly defaultPolicy: typeof defaultPolicy;
}

/** The engine. In the built package `engine_lazy.ts` takes the place of this file. */
export function engine(): Engine {
  return { checkCommand, loadPolicies, parsePolicy, defaultPolicy };
}
