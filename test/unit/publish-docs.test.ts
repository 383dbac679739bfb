import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(`${root}/${file}`, 'utf8');
const page = read('PUBLISH.md');
const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text]) => text ?? '');
const commands = blocks.flatMap((text) => text.trim().split('\n'));

describe('PUBLISH.md', () => {
  it('says of every command whether it was run', () => {
    expect(commands.length).toBeGreaterThan(15);
    for (const line of commands) expect(line).toMatch(/ # [✔✘]/);
  });

  it('names scripts, files and targets that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    for (const [, name] of page.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(name);
    // npm's own, and this machine's.
    const absent = /^(?:build\/zig-cache|scripts\/prebuild\/node_modules|dist\/)/;
    for (const [, path = ''] of page.matchAll(
      /`((?:scripts|test|prebuilds|docs|build|dist|\.github)\/[\w./-]*)`/g,
    )) {
      if (!absent.test(path)) expect(existsSync(`${root}/${path}`), path).toBe(true);
    }
    const targets = read('scripts/prebuild/targets.mjs');
    for (const [, names = ''] of page.matchAll(/BUILD_TARGETS=(\S+)/g)) {
      for (const name of names.split(',')) if (name !== 'all') expect(targets).toContain(`'${name}`);
    }
  });

  it('quotes the messages that it explains', () => {
    const sources = ['scripts/prebuild.mjs', 'scripts/verify-prebuilds.mjs', 'src/native/load.ts']
      .map(read)
      .join('\n');
    for (const message of [
      'prebuilds/ was made from other native sources',
      'is not what these sources give',
      'is of older sources: rebuild every target',
      'ERR_ADDON_NOT_LOADED',
    ]) {
      expect(page).toContain(message);
      expect(sources).toContain(message);
    }
  });

  it('does not call the repository unset once it is set', () => {
    const { repository } = JSON.parse(read('package.json')) as { readonly repository?: unknown };
    expect(page.includes('It is not set yet')).toBe(repository === undefined);
  });
});
