import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, plainEnvironment, root } from './project.js';

let folder: string;
let clone: string;
let env: Record<string, string>;

/** What a machine with Node alone has on its PATH: no compiler, no cmake, no python. */
const programs = ['node', 'npm', 'npx', 'sh', 'env', 'git'];

function find(program: string): string {
  return command(root, 'sh', ['-c', `command -v ${program}`]).trim();
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'moated-clone-'));
  clone = join(folder, 'moated');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const program of programs) symlinkSync(find(program), join(bin, program));
  env = plainEnvironment({ PATH: bin });
  // The files that a commit of this tree would hold.
  const files = command(root, 'git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z']).split(
    '\0',
  );
  for (const file of files.filter((name) => name !== '')) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    cpSync(join(root, file), join(clone, file));
  }
  command(clone, 'npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], env);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a fresh clone on a machine with Node alone', () => {
  it('really has no compiler', () => {
    expect(() =>
      command(clone, 'sh', ['-c', 'command -v cc || command -v c++ || command -v cmake'], env),
    ).toThrow();
  });

  it('runs a command with npx after npm install', () => {
    const args = ['--no-update-notifier', 'moated', 'run', '-p', 'offline', '--', '/bin/echo', 'hello'];
    expect(command(clone, 'npx', args, env)).toBe('hello\n');
  });

  it('leaves the lock file as it is', () => {
    const [before, after] = [root, clone].map((tree) =>
      command(tree, 'git', ['hash-object', 'package-lock.json']),
    );
    expect(after).toBe(before);
  });
});
