import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Result, type RunOptions } from '../../src/types.js';
import { fixturePath } from './compile.js';
import { type SandboxedCase } from './sandboxed.js';
import { type Scene } from './scene.js';
import { transpiledPackage } from './transpiled.js';

/** Where a host process of its own leaves the result of its run. */
export function hostedResultFile(scene: Scene): string {
  return join(scene.base, 'result.json');
}

/** The argv of a Node process that runs one command in a sandbox over the scene's workspace. */
export function hostedCommand(
  scene: Scene,
  command: readonly string[],
  how: Omit<SandboxedCase, 'run'> & { readonly run?: Omit<RunOptions, 'signal' | 'input'> },
): readonly string[] {
  const spec = {
    module: transpiledPackage(),
    sandbox: { workspace: scene.workspace, profile: how.profile, isolation: how.tier, ...how.options },
    command,
    run: { timeout: 20_000, ...how.run },
    resultFile: hostedResultFile(scene),
  };
  return [process.execPath, fixturePath('host.mjs'), JSON.stringify(spec)];
}

interface Refusal {
  readonly error: string;
  readonly code?: string;
}

function left(scene: Scene): Result | Refusal {
  return JSON.parse(readFileSync(hostedResultFile(scene), 'utf8')) as Result | Refusal;
}

/** The code of the error with which a hosted run was refused; undefined when it ran. */
export function hostedRefusal(scene: Scene): string | undefined {
  const parsed = left(scene);
  return 'error' in parsed ? (parsed.code ?? parsed.error) : undefined;
}

/** The result that a hosted run has left; throws when the run was refused or the process died first. */
export function hostedResult(scene: Scene): Result {
  const parsed = left(scene);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}
