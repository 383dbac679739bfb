// node scripts/tidy.mjs [--cross] [FILE...]     clang-tidy over native/; a file that was clean before with the same bytes is not looked at again
// --cross     the sources for macOS and Windows too, with the headers of the cross compiler
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { mustNode } from './lib/exec.mjs';
import { cppFiles } from './lib/cpp-files.mjs';
import { crossFlags, hasCrossHeaders } from './lib/cross-headers.mjs';
import { at, root } from './lib/paths.mjs';
import { listsOn, sources } from './lib/sources.mjs';

const cache = at('node_modules', '.cache', 'moated', 'tidy');
mkdirSync(cache, { recursive: true });
// compile_commands.json comes from the ordinary build.
mustNode(at('scripts/build-native.mjs'), ['--if-stale']);

// What is left is for the cross compiler's own C++ library.
const compiled = listsOn('linux');
const words = process.argv.slice(2);
if (words.includes('--cross')) {
  if (hasCrossHeaders) compiled.push('macos', 'stage', 'windows');
  else
    console.log(
      'native/macos and native/windows not read: the cross compiler is not installed; npm run prebuild installs it',
    );
}
const named = words.filter((word) => word !== '--cross');
const all = new Set(compiled.flatMap((list) => Object.values(sources[list]).flat()));
const queue = (named.length > 0 ? named : [...all]).filter((file) => file.endsWith('.cc'));

const shared = createHash('sha256').update(readFileSync(at('.clang-tidy')));
for (const file of cppFiles().filter((path) => path.endsWith('.h'))) shared.update(readFileSync(at(file)));
const base = shared.digest('hex');

let failures = 0;
const workers = Array.from({ length: availableParallelism() }, async () => {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const key = createHash('sha256')
      .update(base)
      .update(file)
      .update(`${crossFlags(file)}`)
      .update(readFileSync(at(file)))
      .digest('hex');
    if (existsSync(`${cache}/${key}`)) continue;
    const { code, output } = await tidy(file);
    if (code === 0) {
      writeFileSync(`${cache}/${key}`, '');
    } else {
      failures += 1;
      console.log(`${file}\n${output}`);
    }
  }
});
await Promise.all(workers);
process.exitCode = failures > 0 ? 1 : 0;

function tidy(file) {
  const cross = crossFlags(file);
  const how = cross === undefined ? ['-p', at('build')] : [];
  const args = [...how, '--quiet', '--warnings-as-errors=*', at(file), ...(cross ? ['--', ...cross] : [])];
  return new Promise((resolve) => {
    execFile('clang-tidy', args, { cwd: root, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve({ code: error ? 1 : 0, output: error ? stdout || stderr : '' });
    });
  });
}
