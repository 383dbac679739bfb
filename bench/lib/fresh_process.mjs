// Imports the package and runs one command under every layer. With `--memory` prints what that added to the resident set, in bytes.
// No static import: what they load would count as ours.
const before = process.memoryUsage.rss();
const { createSandbox } = await import(new URL('../../dist/index.js', import.meta.url).href);
const imported = process.memoryUsage.rss();
const result = await createSandbox({ profile: 'offline' }).run(['/bin/true']);
const after = process.memoryUsage.rss();
if (result.verdict !== 'ok') throw new Error(`the first run: ${result.verdict}, ${result.stderr}`);
if (process.argv[2] === '--memory') {
  process.stdout.write(JSON.stringify({ import: imported - before, run: after - imported }));
}
