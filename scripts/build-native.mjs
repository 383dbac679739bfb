// npm run build:native [-- --if-stale]     the addon, launcher and unit tests, in build/
// npm run build:sanitize                   the same with AddressSanitizer and UndefinedBehaviorSanitizer, in build-asan/
import { existsSync } from 'node:fs';
import { cmake } from './lib/cmake.mjs';
import { lock } from './lib/lock.mjs';
import { nativeHash } from './lib/native-hash.mjs';
import { at } from './lib/paths.mjs';
import { isFresh, setFresh } from './lib/stamp.mjs';

const flags = new Set(process.argv.slice(2));
const sanitize = flags.has('--sanitize');
// MOATED_PREBUILD=build-asan makes node-gyp-build look into build-asan/build/Release.
const [name, out] = sanitize ? ['build-asan', at('build-asan', 'build')] : ['build', at('build')];

lock(name);
const hash = nativeHash({ tests: true });
if (!(flags.has('--if-stale') && existsSync(`${out}/Release/moated.node`) && isFresh(name, hash))) {
  const definitions = [
    `MOATED_SANITIZE=${sanitize ? 'ON' : 'OFF'}`,
    `MOATED_WERROR=${process.env.CI ? 'ON' : 'OFF'}`,
  ];
  cmake({ out, definitions });
  setFresh(name, hash);
}
