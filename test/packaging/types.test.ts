import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { command, copyOf, root } from './project.js';

let app: string;
beforeAll(() => {
  app = copyOf(inject('app'));
});
afterAll(() => {
  rmSync(dirname(app), { recursive: true, force: true });
});

const use = `import { createSandbox, sandbox, type Result } from 'moated';
  import { openAuditLog } from 'moated/audit';
  import * as otel from 'moated/otel';
  import * as pino from 'moated/pino';
  export async function use(): Promise<string | undefined> {
    const result: Result = await sandbox.run(['/bin/true'], 'workspace-write', { timeout: 1000 });
    // @ts-expect-error: not a number. Types that were not found would be \`any\` and accept it.
    await sandbox.run('true', 'offline', { timeout: 'soon' });
    // @ts-expect-error: no such option.
    openAuditLog({ nothing: true });
    await using own = await createSandbox({ profile: 'offline' });
    void [own, otel, pino];
    return result.signal;
  }\n`;

/** The compiler and the types of Node, which every such project has, come from this checkout. */
function check(files: readonly string[], ...module: readonly string[]): string {
  for (const file of files) writeFileSync(join(app, file), use);
  const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
  return command(app, process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...strict,
    ...types,
    ...['--target', 'es2022', '--lib', 'es2022,esnext.disposable'],
    ...['--module', ...module],
    ...files,
  ]);
}

describe('the types, with skipLibCheck off', () => {
  it.each([
    ['node16', 'ESM and CommonJS', ['use.mts', 'use.cts'], []],
    ['nodenext', 'ESM and CommonJS', ['use.mts', 'use.cts'], []],
    ['esnext', 'a bundler', ['use.ts'], ['--moduleResolution', 'bundler']],
  ])(
    'check with module %s for %s',
    (module, _what, files, more) => {
      expect(check(files, module, ...more)).toBe('');
    },
    120_000,
  );
});
