import { createSandbox } from '../../src/index.js';
import { type ProfileName, type Result, type RunOptions, type SandboxOptions } from '../../src/types.js';
import { type TierName } from './cases.js';
import { type Scene } from './scene.js';

export interface SandboxedCase {
  readonly profile: ProfileName;
  readonly tier: TierName;
  readonly options?: SandboxOptions;
  readonly run?: RunOptions;
}

/** Calls a function while the home directory of this process is the scene's, since `~` in policies means the caller's home. */
export async function withHome<T>(home: string, body: () => Promise<T>): Promise<T> {
  const before = process.env['HOME'];
  process.env['HOME'] = home;
  try {
    return await body();
  } finally {
    if (before === undefined) delete process.env['HOME'];
    else process.env['HOME'] = before;
  }
}

/** Runs a command in a sandbox of its own over the scene's workspace. */
export async function runSandboxed(
  scene: Scene,
  command: readonly string[],
  how: SandboxedCase,
): Promise<Result> {
  return withHome(scene.home, async () => {
    const sandbox = createSandbox({
      workspace: scene.workspace,
      profile: how.profile,
      isolation: how.tier,
      ...how.options,
    });
    try {
      // A run that hangs is a failure of its test, not of the whole suite.
      return await sandbox.run(command, undefined, { timeout: 20_000, encoding: 'utf8', ...how.run });
    } finally {
      await sandbox[Symbol.asyncDispose]();
    }
  });
}
