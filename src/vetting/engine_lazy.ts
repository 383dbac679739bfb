import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

import { isSandboxError, PolicyError, SandboxError, UnsupportedError } from '../errors.js';
import { type Engine } from './engine.js';

// Rules and parser are most of the package's JavaScript, and most programs never vet: they are a file of their own, loaded when asked for.
const file = './execpolicy.cjs';
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

/** The file lies beside this module, unless a bundler copied this module out of the package. A bundle in CommonJS does not even say where it is. */
function loadEngine(): Engine {
  const here = import.meta.url as string | undefined;
  try {
    if (here === undefined) throw new Error('this is a bundle that does not know its own place');
    return (createRequire(here)(file) as { engine(): Engine }).engine();
  } catch (error) {
    const why = error instanceof Error ? ` (${error.message.split('\n')[0] ?? ''})` : '';
    const searched = here === undefined ? file : fileURLToPath(new URL(file, here));
    throw new UnsupportedError(
      'ERR_ADDON_NOT_LOADED',
      `The rules of vetting could not be loaded${why}. Looked for: ${searched}. Keep moated external when bundling, or reinstall it.`,
      { subject: file, cause: error },
    );
  }
}

/** The engine of the built package. */
export function engine(): Engine {
  if (loaded === undefined) {
    const { checkCommand, defaultPolicy, loadPolicies, parsePolicy } = loadEngine();
    loaded = {
      checkCommand,
      defaultPolicy,
      loadPolicies: adopting(loadPolicies),
      parsePolicy: adopting(parsePolicy),
    };
  }
  return loaded;
}
