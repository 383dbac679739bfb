import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { UnsupportedError } from '../errors.js';
import { type NativeBinding } from './binding.js';
import { moduleFolder, packageRoot } from './package_root.js';
import { damageOf } from './prebuilt_file.js';

interface Loaded {
  readonly binding: NativeBinding;
  readonly file: string;
}

// The part of node-gyp-build that is used; it has no types of its own.
interface NodeGypBuild {
  resolve(directory: string): string;
}

let loaded: Loaded | undefined;

/** Where there is an addon. */
const platforms: ReadonlySet<NodeJS.Platform> = new Set(['linux', 'darwin', 'win32']);

function libc(): string {
  if (process.platform !== 'linux') return '';
  const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return report.header.glibcVersionRuntime === undefined ? '-musl' : '-glibc';
}

/** The machine as the prebuilds name it, such as `linux-x64-glibc`. */
export function machineTarget(): string {
  return `${process.platform}-${process.arch}${libc()}`;
}

/** The file for this machine below prebuilds/, as node-gyp-build looks for it. */
function prebuiltName(): string {
  return `${process.platform}-${process.arch}/moated${libc().replace('-', '.')}.node`;
}

function notLoaded(searched: readonly string[], cause: unknown, damage = ''): UnsupportedError {
  const target = machineTarget();
  const why = cause instanceof Error ? ` (${cause.message.split('\n')[0]?.trim() ?? ''})` : '';
  return new UnsupportedError(
    'ERR_ADDON_NOT_LOADED',
    `The native addon for ${target} could not be loaded${why}. Looked for: ${searched.join(', ')}. ${damage === '' ? '' : `${damage} `}` +
      'Reinstall moated on this machine without `--omit` or a copied node_modules, keep it external when bundling, ' +
      'or build it from a checkout with `npm run build:native`.',
    { subject: target, cause },
  );
}

function places(root: string): readonly string[] {
  const override = process.env['MOATED_PREBUILD'];
  const base = override === undefined || override === '' ? root : override;
  return [join(base, 'build', 'Release', 'moated.node'), join(base, 'prebuilds', prebuiltName())];
}

/** Finds the file: a build folder named by MOATED_PREBUILD, else what node-gyp-build finds in the package. */
function resolveFile(root: string, require: NodeJS.Require): string {
  const override = process.env['MOATED_PREBUILD'];
  if (override !== undefined && override !== '') {
    const file = join(override, 'moated.node');
    if (existsSync(file)) return file;
  }
  const nodeGypBuild = require('node-gyp-build/node-gyp-build.js') as NodeGypBuild;
  return nodeGypBuild.resolve(root);
}

function load(): Loaded {
  const root = packageRoot();
  if (!platforms.has(process.platform)) {
    throw new UnsupportedError(
      'ERR_UNSUPPORTED_PLATFORM',
      `moated has no addon for ${process.platform}-${process.arch}. Looked for: ${places(root ?? '.').join(', ')}. ` +
        'It enforces on Linux, macOS and Windows: run it in a Linux container or virtual machine.',
      { subject: process.platform },
    );
  }
  if (root === undefined) {
    const prebuilt = join('prebuilds', `${process.platform}-${process.arch}`);
    throw notLoaded(
      [`${prebuilt} in a package "moated" above ${moduleFolder() ?? 'this bundle'}`],
      undefined,
    );
  }
  try {
    const require = createRequire(join(root, 'package.json'));
    const file = resolveFile(root, require);
    return { binding: require(file) as NativeBinding, file };
  } catch (error) {
    throw notLoaded(places(root), error, damageOf(root, prebuiltName()));
  }
}

/** The addon, loaded at its first use so that importing moated costs nothing. */
export function nativeBinding(): NativeBinding {
  loaded ??= load();
  return loaded.binding;
}

/** Where the addon was loaded from. */
export function nativeFile(): string {
  loaded ??= load();
  return loaded.file;
}
