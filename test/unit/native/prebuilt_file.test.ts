import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { damageOf } from '../../../src/native/prebuilt_file.js';

const name = 'linux-x64/moated.glibc.node';
const bytes = 'the addon';
const hash = createHash('sha256').update(bytes).digest('hex');

describe('a prebuilt file that could not be loaded', () => {
  let root: string;
  const file = (): string => join(root, 'prebuilds', name);
  const manifest = (files: unknown): void => {
    writeFileSync(join(root, 'prebuilds/manifest.json'), JSON.stringify({ files }));
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'moated-prebuilt-'));
    mkdirSync(join(root, 'prebuilds/linux-x64'), { recursive: true });
    writeFileSync(file(), bytes);
    manifest({ [name]: hash });
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('is not blamed when it is what was published', () => {
    expect(damageOf(root, name)).toBe('');
  });

  it('is said to be changed when one byte is', () => {
    writeFileSync(file(), `${bytes}!`);
    expect(damageOf(root, name)).toContain(`${file()} is not what was published`);
  });

  it('is said to be missing', () => {
    rmSync(file());
    expect(damageOf(root, name)).toContain(`${file()} is missing`);
  });

  it.each(['{}', 'not JSON', '{"files":{}}'])('is said not to exist for a manifest %s', (content) => {
    writeFileSync(join(root, 'prebuilds/manifest.json'), content);
    expect(damageOf(root, name)).toContain(`no ${join('prebuilds', name)}`);
  });

  it('is said not to exist without a manifest', () => {
    rmSync(join(root, 'prebuilds/manifest.json'));
    expect(damageOf(root, 'freebsd-x64/moated.node')).toContain('freebsd-x64');
  });
});
