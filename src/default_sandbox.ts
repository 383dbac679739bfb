import { createSandbox, type Sandbox } from './sandbox.js';
import { type Result } from './types.js';

function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    // It was removed. The first run says so if no other workspace is given.
    return undefined;
  }
}

// The workspace is fixed when this module is loaded: a later chdir, perhaps by other code, must not move the policy.
const workspace = workingDirectory();
let created: Sandbox | undefined;

function current(): Sandbox {
  created ??= createSandbox(workspace === undefined ? {} : { workspace });
  return created;
}

/** The sandbox for callers that need no options: its workspace is the working directory at the time of import. */
export const sandbox: Sandbox = {
  run: (...args: Parameters<Sandbox['run']>): Promise<Result<never>> =>
    current().run(...args) as Promise<Result<never>>,
  spawn: (...args) => current().spawn(...args),
  wrap: (...args) => current().wrap(...args),
  check: (...args) => current().check(...args),
  explain: (...args) => current().explain(...args),
  doctor: () => current().doctor(),
  policy: (...args) => current().policy(...args),
  [Symbol.asyncDispose]: async () => {
    const ending = created;
    created = undefined;
    await ending?.[Symbol.asyncDispose]();
  },
};
