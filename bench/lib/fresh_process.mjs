// Imports the package and runs one command under every layer. With `--memory` prints what that added to the resident set, in kilobytes.
import { readFileSync } from 'node:fs';

/** `all` counts pages of Node's own executable that were not touched before; `own` is the memory that belongs to this process alone. */
function resident() {
  const status = readFileSync('/proc/self/status', 'utf8');
  const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]);
  return { all: field('VmRSS'), own: field('RssAnon') + field('RssShmem') };
}

const difference = (after, before) => ({ all: after.all - before.all, own: after.own - before.own });

// The first reading pays for what reading itself loads.
resident();
const before = resident();
// Not a static import: that would come before the first reading.
const { createSandbox } = await import(new URL('../../dist/index.js', import.meta.url).href);
const imported = resident();
const result = await createSandbox({ profile: 'offline' }).run(['/bin/true']);
const after = resident();
if (result.verdict !== 'ok') throw new Error(`the first run: ${result.verdict}, ${result.stderr}`);
if (process.argv[2] === '--memory') {
  process.stdout.write(
    JSON.stringify({ import: difference(imported, before), run: difference(after, imported) }),
  );
}
