import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData, type CheckPackageOptions } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, inject, it } from 'vitest';
import { project } from './project.js';

const packed = inject('packed');
const app = inject('app');
const installed = join(app, 'node_modules/moated');

async function complaints(pkgDir: string): Promise<readonly string[]> {
  const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

describe('publint', () => {
  it('finds nothing', async () => {
    expect(await complaints(installed)).toEqual([]);
  });

  it('would find a wrong entry', async () => {
    const manifest = { name: 'wrong', version: '1.0.0', type: 'module', exports: './dist/index.cjs' };
    expect(await complaints(project({ 'package.json': JSON.stringify(manifest) }))).not.toEqual([]);
  });
});

describe('attw', () => {
  const problems = async (options: CheckPackageOptions): Promise<readonly unknown[]> => {
    const data = createPackageFromTarballData(new Uint8Array(readFileSync(packed.file)));
    const result = await checkPackage(data, options);
    if (result.types === false) throw new Error('no types were found');
    return result.problems;
  };
  // No types and no programs.
  const excludeEntrypoints = ['./package.json', './schemas/execpolicy.schema.json'];

  it('finds nothing, for every entry and every way of resolving', async () => {
    // Subpaths through `exports` are not looked for by the resolution of Node 10, which this package does not run on.
    const found = await problems({ excludeEntrypoints });
    const relevant = found.filter(
      (problem) => (problem as { readonly resolutionKind?: string }).resolutionKind !== 'node10',
    );
    expect(relevant).toEqual([]);
    const main = found.filter((problem) => (problem as { readonly entrypoint?: string }).entrypoint === '.');
    expect(main).toEqual([]);
  }, 120_000);
});
