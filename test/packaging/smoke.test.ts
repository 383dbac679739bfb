import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { command, plainEnvironment, project, root } from './project.js';

const script = join(root, 'scripts/smoke.mjs');
const node = (args: readonly string[]): string =>
  command(root, process.execPath, [script, ...args], plainEnvironment());

describe('scripts/smoke.mjs', () => {
  it('finds every promise kept by the installed package', () => {
    const lines = node([inject('app')])
      .trim()
      .split('\n');
    expect(lines[0]).toMatch(/^moated \d/);
    expect(lines.filter((line) => line.startsWith('failed:'))).toEqual([]);
    expect(lines.at(-1)).toMatch(/^[1-9]\d* passed, 0 failed, \d+ skipped$/);
  });

  // What stands in for moated here runs everything as it is, and says that all of it is enforced.
  const impostor = `exports.createSandbox = () => ({
    doctor: () => ({ platform: 'nowhere', profiles: ['offline', 'workspace-write'].map((profile) => ({ profile, runs: true,
      enforcement: { guarantees: { 'fs-write': { status: STATUS }, network: { status: STATUS } } } })) }),
    run: async ([file, ...args]) => {
      const { status, stdout, stderr } = require('node:child_process').spawnSync(file, args, { encoding: 'utf8', timeout: 1000 });
      const enforcement = { denials: { status: TOLD, reason: 'for no reason' } };
      return { exitCode: status, stdout, stderr, verdict: status === null ? 'timeout' : 'exit', violations: [], enforcement };
    },
    [Symbol.asyncDispose]: async () => {},
  });`;
  const pretender = (status: string): string =>
    project({
      'package.json': '{}',
      'node_modules/moated/package.json': JSON.stringify({ name: 'moated', version: '0.0.0' }),
      'node_modules/moated/index.js': impostor
        .replaceAll('STATUS', `'${status}'`)
        .replace('TOLD', status === 'full' ? "'partial'" : "'none'"),
    });

  it('fails where a guarantee is claimed and not given', () => {
    expect(() => node([pretender('full')])).toThrow(
      /failed: workspace-write writes nowhere else[^]*failed: offline writes nothing[^]*failed: offline reaches no port[^]*failed: what is refused is told/,
    );
  });

  it('says what is not claimed, and fails for none of it', () => {
    const lines = node([pretender('partial')]);
    expect(lines).toContain('skipped: offline reaches no port (partial');
    expect(lines).toContain('skipped: what is refused is told (for no reason');
    expect(lines.trim().split('\n').at(-1)).toBe('2 passed, 0 failed, 5 skipped');
  });
});
