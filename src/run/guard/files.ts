import type * as promises from 'node:fs/promises';

/** node:fs/promises, loaded with the first guard: most runs have none, and every import would pay for it. */
export function files(): typeof promises {
  return process.getBuiltinModule('node:fs/promises');
}
