import { existsSync } from 'node:fs';
import { at } from './paths.mjs';

const headers = at('scripts', 'prebuild', 'node_modules', '@oven', 'zig-linux-x64', 'lib');

/** What the cross compiler would be told, of the headers that it brings. */
const systems = {
  macos: {
    target: 'x86_64-apple-macos11.0',
    libc: ['any-macos-any'],
    folders: ['native', 'native/macos', 'native/posix'],
  },
  windows: {
    target: 'x86_64-w64-mingw32',
    libc: ['x86_64-windows-gnu', 'generic-mingw', 'any-windows-any'],
    folders: ['native', 'native/windows'],
  },
};

// Its C++ library is configured on the command line.
const library = [
  '-D_LIBCPP_ABI_VERSION=1',
  '-D_LIBCPP_ABI_NAMESPACE=__1',
  '-D_LIBCPP_PSTL_CPU_BACKEND_SERIAL',
  '-D_LIBCPP_HAS_NO_VENDOR_AVAILABILITY_ANNOTATIONS',
  '-D_LIBCPP_DISABLE_VISIBILITY_ANNOTATIONS',
  '-D_LIBCXXABI_DISABLE_VISIBILITY_ANNOTATIONS',
];

/** Whether the cross compiler is installed, which `npm run prebuild` does. */
export const hasCrossHeaders = existsSync(headers);

/**
 * The flags with which clang reads a source of another system than Linux.
 * @param {string} file relative to the root
 * @returns {readonly string[] | undefined} undefined for a source that is compiled here
 */
export function crossFlags(file) {
  const system = systems[file.split('/')[1]];
  if (system === undefined) return undefined;
  const include = [
    'libcxx/include',
    'libcxxabi/include',
    ...system.libc.map((name) => `libc/include/${name}`),
  ];
  return [
    ...[`--target=${system.target}`, '-std=c++20', '-Wall', '-Wextra', '-Wno-unused-parameter'],
    ...['-fno-exceptions', '-fno-rtti', '-nostdinc++', '-nostdlibinc', ...library],
    ...include.flatMap((folder) => ['-isystem', `${headers}/${folder}`]),
    ...system.folders.map((folder) => `-I${at(folder)}`),
  ];
}
