import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { fixtureCache } from './compile.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The sources of the package as plain JavaScript, for tests that need a Node process of their own: one that is killed, that has a
 * terminal, or that leaks descriptors. Made once per content and checkout, whose addon it links to. Returns the path of `index.js`.
 */
export function transpiledPackage(): string {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const hash = createHash('sha256').update(root);
  for (const name of sources.sort()) hash.update(name).update(readFileSync(join(root, 'src', name)));
  const folder = join(fixtureCache(), `package-${hash.digest('hex').slice(0, 16)}`);
  const index = join(folder, 'src', 'index.js');
  if (existsSync(index)) return index;

  // Complete under a name of its own first: test files run side by side.
  const partial = `${folder}.${process.pid}`;
  for (const name of sources) {
    const target = join(partial, 'src', name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    const { outputText } = ts.transpileModule(readFileSync(join(root, 'src', name), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    writeFileSync(target, outputText);
  }
  // The addon is found from the package's root, which is the nearest folder with its package.json.
  cpSync(join(root, 'package.json'), join(partial, 'package.json'));
  for (const name of ['build', 'prebuilds', 'node_modules']) {
    if (existsSync(join(root, name))) symlinkSync(join(root, name), join(partial, name));
  }
  try {
    renameSync(partial, folder);
  } catch {
    // Another test file was faster.
    rmSync(partial, { recursive: true, force: true });
  }
  return index;
}
