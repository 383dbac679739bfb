import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Result } from '../../src/types.js';
import { tiers, writing, type TierName } from '../helpers/cases.js';
import { runSandboxed } from '../helpers/sandboxed.js';
import { createScene, host, initRepository, type Scene } from '../helpers/scene.js';

let scene: Scene;
beforeEach(() => {
  scene = createScene();
});
afterEach(() => scene.end());

async function git(script: string, profile: (typeof writing)[number], tier: TierName): Promise<Result> {
  // Who commits is said by the caller: variables of git do not pass by themselves.
  const env = Object.fromEntries(Object.entries(scene.env).filter(([name]) => name.startsWith('GIT_')));
  const result = await runSandboxed(scene, ['/bin/sh', '-c', `set -e\n${script}`], {
    profile,
    tier,
    options: { env },
    run: { timeout: 60_000 },
  });
  expect(result.exitCode, result.stdout + result.stderr).toBe(0);
  expect(result.violations).toEqual([]);
  return result;
}

const log = (folder = scene.workspace): string => host(scene, ['git', 'log', '--format=%s'], folder);

describe.each(writing)('%s', (profile) => {
  describe.each(tiers)('%s', (tier) => {
    it('status, diff and log', async () => {
      initRepository(scene);
      writeFileSync(join(scene.workspace, 'README'), 'changed\n');
      const { stdout } = await git('git status --short; git diff --stat; git log --oneline', profile, tier);
      expect(stdout).toContain(' M README');
      expect(stdout).toContain('first');
    });

    it('add, commit, branch, checkout, merge, stash, tag and gc', async () => {
      initRepository(scene);
      await git(
        `echo b > b; git add b; git commit -qm second
        git checkout -qb other; echo c > c; git add c; git commit -qm third; git checkout -q main
        git merge -q --no-edit other; git tag v1; git branch -d other
        echo d >> b; git stash -q; git stash pop -q; git commit -qam fourth; git gc -q`,
        profile,
        tier,
      );
      expect(log().trim().split('\n')).toEqual(['fourth', 'third', 'second', 'first']);
      expect(host(scene, ['git', 'status', '--short'])).toBe('');
      host(scene, ['git', 'fsck', '--strict']);
    });

    it('a repository with hooks and configuration of its user keeps both', async () => {
      initRepository(scene);
      const hook = join(scene.workspace, '.git/hooks/pre-commit');
      writeFileSync(hook, '#!/bin/sh\ntouch hook-ran\n', { mode: 0o755 });
      await git('echo b > b; git add b; git commit -qm second', profile, tier);
      expect(existsSync(join(scene.workspace, 'hook-ran'))).toBe(true);
      expect(existsSync(hook)).toBe(true);
    });

    it('a linked worktree', async () => {
      const main = join(scene.base, 'main');
      initRepository(scene, main);
      rmSync(scene.workspace, { recursive: true });
      host(scene, ['git', 'worktree', 'add', '-q', '-b', 'side', scene.workspace], main);
      await git(
        'git status --short; echo b > b; git add b; git commit -qm second; git stash list; git log -1',
        profile,
        tier,
      );
      expect(log()).toContain('second');
      expect(log(main)).not.toContain('second');
    });

    it('a workspace that is a submodule', async () => {
      const library = join(scene.base, 'library');
      const parent = join(scene.base, 'parent');
      initRepository(scene, library);
      initRepository(scene, parent);
      host(
        scene,
        ['git', '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'sub'],
        parent,
      );
      const inside: Scene = { ...scene, workspace: join(parent, 'sub') };
      const outer = scene;
      scene = inside;
      try {
        await git('echo b > b; git add b; git commit -qm second', profile, tier);
        expect(log(inside.workspace)).toContain('second');
      } finally {
        scene = outer;
      }
    });

    it('a workspace that has a submodule', async () => {
      const library = join(scene.base, 'library');
      initRepository(scene, library);
      initRepository(scene);
      host(scene, ['git', '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'sub']);
      host(scene, ['git', 'commit', '-q', '-m', 'submodule']);
      await git(
        'cd sub; echo b > b; git add b; git commit -qm second; cd ..; git commit -qam bump; git submodule status',
        profile,
        tier,
      );
      expect(log()).toContain('bump');
      expect(log(join(scene.workspace, 'sub'))).toContain('second');
    });

    it('a sandbox over a directory inside of a repository', async () => {
      initRepository(scene);
      host(scene, ['mkdir', 'package']);
      const outer = scene;
      scene = { ...scene, workspace: join(scene.workspace, 'package') };
      try {
        const { stdout } = await git('echo x > file; git status --short', profile, tier);
        expect(stdout).toContain('./');
      } finally {
        scene = outer;
      }
    });
  });
});
