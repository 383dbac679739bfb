import type * as nodeCrypto from 'node:crypto';
import type * as nodeFiles from 'node:fs/promises';

// Parts of Node that most runs never need, and that take longer to load than everything else that an import of moated does.

export function crypto(): typeof nodeCrypto {
  return process.getBuiltinModule('node:crypto');
}

export function files(): typeof nodeFiles {
  return process.getBuiltinModule('node:fs/promises');
}
