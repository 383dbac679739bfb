import type * as nodeProcesses from 'node:child_process';
import type * as nodeCrypto from 'node:crypto';
import type * as nodeFiles from 'node:fs/promises';

// Parts of Node that most programs never need of us, and that take longer to load than everything else that an import of moated does.

let loadedProcesses: typeof nodeProcesses | undefined;
let loadedCrypto: typeof nodeCrypto | undefined;
let loadedFiles: typeof nodeFiles | undefined;

export function processes(): typeof nodeProcesses {
  return (loadedProcesses ??= process.getBuiltinModule('node:child_process'));
}

export function crypto(): typeof nodeCrypto {
  return (loadedCrypto ??= process.getBuiltinModule('node:crypto'));
}

export function files(): typeof nodeFiles {
  return (loadedFiles ??= process.getBuiltinModule('node:fs/promises'));
}
