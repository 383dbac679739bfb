import { createRequire } from 'node:module';

import { isSandboxError, PolicyError, SandboxError } from '../errors.js';
import { type Engine } from './engine.js';

// Rules and parser are most of the package's JavaScript, and most programs never vet: they are a file of their own, loaded when asked for.
const load = createRequire(import.meta.url);
let loaded: Engine | undefined;

function isOurs(error: object): boolean {
  return error instanceof SandboxError;
}

/** Errors of that file are of its own copy of the classes. A caller knows ours. */
function adopting<Args extends readonly unknown[], Value>(
  call: (...args: Args) => Value,
): (...args: Args) => Value {
  return (...args) => {
    try {
      return call(...args);
    } catch (error) {
      const foreign = isSandboxError(error) && !isOurs(error);
      throw foreign
        ? new PolicyError(error.code, error.message, {
            ...(error.subject === undefined ? {} : { subject: error.subject }),
            cause: error.cause,
          })
        : error;
    }
  };
}

/** The engine of the built package. */
export function engine(): Engine {
  if (loaded === undefined) {
    const { checkCommand, defaultPolicy, loadPolicies, parsePolicy } = (
      load('./execpolicy.cjs') as { engine(): Engine }
    ).engine();
    loaded = {
      checkCommand,
      defaultPolicy,
      loadPolicies: adopting(loadPolicies),
      parsePolicy: adopting(parsePolicy),
    };
  }
  return loaded;
}
