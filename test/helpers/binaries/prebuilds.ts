import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Manifest {
  readonly sources: string;
  readonly files: Readonly<Record<string, string>>;
}

/** One line of the table of targets. */
export interface Target {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly arch: 'x64' | 'arm64';
  readonly libc?: 'glibc' | 'musl';
  readonly launcher?: string;
}

/** Where the binaries are: those of the package, unless MOATED_PREBUILDS names a folder of freshly built ones. */
export const prebuilds = process.env['MOATED_PREBUILDS'] ?? join(root, 'prebuilds');

export function manifest(): Manifest {
  return JSON.parse(readFileSync(join(root, 'prebuilds', 'manifest.json'), 'utf8')) as Manifest;
}

export async function allTargets(): Promise<readonly Target[]> {
  const module = (await import(join(root, 'scripts/prebuild/targets.mjs'))) as {
    readonly targets: readonly Target[];
  };
  return module.targets;
}

/** The hash of the native sources and build files as they are now. */
export async function sourcesNow(): Promise<string> {
  const module = (await import(join(root, 'scripts/lib/native-hash.mjs'))) as {
    readonly nativeHash: () => string;
  };
  return module.nativeHash();
}

export function binary(file: string): Buffer {
  return readFileSync(join(prebuilds, file));
}

export function isThere(file: string): boolean {
  return existsSync(join(prebuilds, file));
}
