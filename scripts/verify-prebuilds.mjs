// npm run verify-prebuilds                  prebuilds/ is what manifest.json says, and made from the sources as they are
// npm run verify-prebuilds -- --rebuild     also builds this machine's targets again, or those in BUILD_TARGETS, and compares every byte
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mustNode } from './lib/exec.mjs';
import { prebuiltFiles, readManifest, sha256 } from './lib/manifest.mjs';
import { nativeHash } from './lib/native-hash.mjs';
import { at } from './lib/paths.mjs';
import { ownTargets, selectedTargets } from './prebuild/targets.mjs';

const problems = [];
const manifest = readManifest();

if (manifest.sources !== nativeHash()) {
  problems.push('prebuilds/ was made from other native sources or build files: run `npm run prebuild`');
}
const present = new Set(prebuiltFiles());
for (const [file, hash] of Object.entries(manifest.files)) {
  if (!present.delete(file)) problems.push(`prebuilds/${file} is missing`);
  else if (sha256(at('prebuilds', file)) !== hash)
    problems.push(`prebuilds/${file} is not what the manifest says`);
}
for (const file of present) problems.push(`prebuilds/${file} is not in the manifest`);

if (process.argv.includes('--rebuild')) {
  const cache = at('node_modules', '.cache', 'moated');
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(join(cache, 'verify-'));
  try {
    const env = { BUILD_TARGETS: ownTargets, ...process.env };
    mustNode(at('scripts/prebuild.mjs'), ['--out', out], { env });
    const rebuilt = prebuiltFiles(join(out, 'prebuilds'));
    for (const { file, name } of selectedTargets(env)) {
      if (!rebuilt.includes(file)) problems.push(`${name} was not rebuilt`);
    }
    for (const file of rebuilt) {
      if (sha256(join(out, 'prebuilds', file)) !== manifest.files[file]) {
        problems.push(`prebuilds/${file} is not what these sources give`);
      }
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

for (const problem of problems) console.error(problem);
if (problems.length === 0)
  console.log(`prebuilds: ${Object.keys(manifest.files).length} files are as the manifest says`);
process.exitCode = problems.length > 0 ? 1 : 0;
