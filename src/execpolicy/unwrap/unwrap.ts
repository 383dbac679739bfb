import type { Unwrap } from '../vet/vetter.js';
import { builtinUnwraps } from './builtins.js';
import { unwrapFind } from './find.js';
import { interpreterUnwrap } from './interpreters.js';
import { prefixUnwraps } from './prefixes.js';
import { runnerUnwraps } from './runners.js';
import { shellUnwraps } from './shells.js';
import { unwrapXargs } from './xargs.js';

const unwraps: ReadonlyMap<string, Unwrap> = new Map<string, Unwrap>([
  ...prefixUnwraps,
  ...shellUnwraps,
  ...builtinUnwraps,
  ...runnerUnwraps,
  ['find', unwrapFind],
  ['xargs', unwrapXargs],
]);

/** What looks through a program; undefined for programs that start nothing but themselves. */
export function unwrapOf(name: string): Unwrap | undefined {
  return unwraps.get(name) ?? interpreterUnwrap(name);
}
