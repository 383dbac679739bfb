import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitFileTarget, hooksPaths, repositoryPaths } from '../../../src/profile/git.js';
import { configValues } from '../../../src/profile/git_config.js';
import { outsideGitDirectory } from '../../../src/profile/git_outside.js';
import { resolvePolicy } from '../../../src/profile/resolve.js';
import { fill, machineOf, makeTree } from './tree.js';

const uid = process.getuid?.() ?? -1;

function git(directory: string, ...args: string[]): void {
  const settings = [
    'user.name=t',
    'user.email=t@example.org',
    'protocol.file.allow=always',
    'commit.gpgsign=false',
  ];
  execFileSync('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: directory, GIT_CONFIG_NOSYSTEM: '1' },
    stdio: 'pipe',
  });
}

function repository(directory: string): void {
  mkdirSync(directory, { recursive: true });
  git(directory, 'init', '-q', '-b', 'main');
  writeFileSync(join(directory, 'file'), 'x');
  git(directory, 'add', '.');
  git(directory, 'commit', '-q', '-m', 'first');
}

/** A repository with a linked worktree and a submodule beside it. */
const base = makeTree({ home: null });
const main = join(base, 'home/main');
const worktree = join(base, 'home/worktree');
const superproject = join(base, 'home/super');
repository(main);
git(main, 'worktree', 'add', '-q', worktree);
repository(join(base, 'home/library'));
repository(superproject);
git(superproject, 'submodule', '--quiet', 'add', join(base, 'home/library'), 'deps/library');

const machine = machineOf(join(base, 'home'));
const policy = (workspace: string) => resolvePolicy('workspace-write', { workspace }, machine).filesystem;

describe('an ordinary repository', () => {
  it('keeps hooks and configuration fixed and everything else writable', () => {
    const { writable, protected: entries } = policy(main);
    expect(writable).toEqual([main]);
    const fixed = new Map(entries.map(({ path, kind }) => [path.slice(main.length + 1), kind]));
    expect(fixed.get('.git/hooks')).toBe('directory');
    expect(fixed.get('.git/config')).toBe('file');
    expect(fixed.get('.git/config.worktree')).toBe('absent');
    expect(fixed.get('.git/commondir')).toBe('absent');
    expect(fixed.get('.gitmodules')).toBe('absent');
    for (const name of ['gitdir', 'commondir'])
      expect(fixed.get(`.git/worktrees/worktree/${name}`)).toBe('file');
    for (const name of [
      '.git',
      '.git/objects',
      '.git/refs',
      '.git/index',
      '.git/HEAD',
      '.gitattributes',
      '.git/modules',
    ]) {
      expect(fixed.has(name)).toBe(false);
    }
  });

  it('fixes the directories that core.hooksPath names', () => {
    const place = join(base, 'home/husky');
    repository(place);
    fill(place, { '.husky/_/pre-commit': '', 'tools/hooks/x': '' });
    git(place, 'config', 'core.hooksPath', '.husky/_');
    expect(policy(place).protected).toContainEqual({ path: join(place, '.husky'), kind: 'directory' });
    git(place, 'config', 'core.hooksPath', 'tools/hooks');
    expect(policy(place).protected).toContainEqual({ path: join(place, 'tools/hooks'), kind: 'directory' });
  });

  it('fixes the hooks directory that the configuration of the user names', () => {
    const home = join(base, 'home/second-home');
    fill(home, { '.gitconfig': '[core]\n\thooksPath = .githooks\n', 'w/x': '' });
    const { protected: entries } = resolvePolicy(
      'workspace-write',
      { workspace: join(home, 'w') },
      machineOf(home),
    ).filesystem;
    expect(entries).toContainEqual({ path: join(home, 'w/.githooks'), kind: 'absent' });
  });
});

describe('a directory without a repository', () => {
  it('must not become one, nor a bare one', () => {
    const place = join(base, 'home/plain');
    mkdirSync(place);
    const { protected: entries } = policy(place);
    expect(entries).toContainEqual({ path: join(place, '.git'), kind: 'absent' });
    expect(entries).toContainEqual({ path: join(place, 'HEAD'), kind: 'absent' });
  });

  it('is protected as the bare repository that it may be', () => {
    const place = join(base, 'home/bare');
    mkdirSync(place);
    git(place, 'init', '-q', '--bare');
    expect(policy(place).protected).toContainEqual({ path: join(place, 'hooks'), kind: 'directory' });
    expect(policy(place).protected).toContainEqual({ path: join(place, 'config'), kind: 'file' });
  });
});

describe('a linked worktree', () => {
  it('may write its common git directory, but not what can run code', () => {
    const { writable, protected: entries } = policy(worktree);
    expect(writable).toEqual([join(main, '.git'), worktree]);
    const fixed = entries.map(({ path }) => path);
    expect(fixed).toContain(join(worktree, '.git'));
    for (const name of ['hooks', 'config', 'config.worktree', 'commondir', 'worktrees/worktree/commondir']) {
      expect(fixed).toContain(join(main, '.git', name));
    }
  });

  it('is granted nothing in a profile that writes nothing', () => {
    expect(resolvePolicy('offline', { workspace: worktree }, machine).filesystem.writable).toEqual([]);
  });

  it('is granted nothing that is hidden', () => {
    const { writable } = resolvePolicy(
      'workspace-write',
      { workspace: worktree, filesystem: { hide: [main] } },
      machine,
    ).filesystem;
    expect(writable).toEqual([worktree]);
  });
});

describe('a submodule', () => {
  it('is protected from its superproject', () => {
    const fixed = policy(superproject).protected.map(({ path }) => path.slice(superproject.length + 1));
    for (const name of [
      '.gitmodules',
      'deps/library/.git',
      '.git/modules/deps/library/hooks',
      '.git/modules/deps/library/config',
    ]) {
      expect(fixed).toContain(name);
    }
  });

  it('stays protected when its HEAD is removed, which would have the next policy overlook it', () => {
    const place = join(base, 'home/headless');
    repository(place);
    git(place, 'submodule', '--quiet', 'add', join(base, 'home/library'), 'sub');
    rmSync(join(place, '.git/modules/sub/HEAD'));
    rmSync(join(place, '.gitmodules'));
    expect(policy(place).protected.map(({ path }) => path)).toContain(join(place, '.git/modules/sub/hooks'));
  });

  it('may write its git directory in the superproject, but not what can run code', () => {
    const { writable, protected: entries } = policy(join(superproject, 'deps/library'));
    const directory = join(superproject, '.git/modules/deps/library');
    expect(writable).toEqual([directory, join(superproject, 'deps/library')]);
    expect(entries.map(({ path }) => path)).toEqual(
      expect.arrayContaining([join(directory, 'hooks'), join(directory, 'config')]),
    );
  });

  it('declared with a path that leaves the workspace protects nothing there', () => {
    const place = join(base, 'home/declared');
    repository(place);
    fill(place, {
      '.gitmodules':
        '[submodule "a"]\n\tpath = ../main\n[submodule "b"]\n\tpath = /etc\n[submodule "c"]\n\tpath = c d/e\n',
    });
    const outside = repositoryPaths(place, base).filter((path) => !path.startsWith(`${place}/`));
    expect(outside).toEqual([]);
    expect(repositoryPaths(place, base)).toContain(join(place, 'c d/e/.git'));
  });
});

describe('a .git file that somebody made up', () => {
  /** A repository that the user has and that the workspace has nothing to do with. */
  const victim = join(base, 'home/victim');
  repository(victim);

  it.each<[string, (workspace: string) => void]>([
    [
      'names a repository',
      (w) => {
        fill(w, { '.git': `gitdir: ${victim}/.git\n` });
      },
    ],
    [
      'names a worktree of another directory',
      (w) => {
        fill(w, { '.git': `gitdir: ${main}/.git/worktrees/worktree\n` });
      },
    ],
    [
      'names its own worktree entry with a foreign common directory',
      (w) => {
        fill(w, {
          '.git': 'gitdir: fake/worktrees/x\n',
          'fake/worktrees/x/gitdir': `${w}/.git\n`,
          'fake/worktrees/x/commondir': `${victim}/.git\n`,
        });
      },
    ],
    [
      'names a made-up submodule inside the workspace',
      (w) => {
        fill(w, {
          '.git': 'gitdir: fake\n',
          'fake/HEAD': 'x',
          'fake/objects': null,
          'fake/refs': null,
          'fake/config': `[core]\n\tworktree = ${w}\n`,
        });
      },
    ],
    [
      'is a symlink',
      (w) => {
        fill(w, { '.git': { link: `${victim}/.git` } });
      },
    ],
    [
      'names nothing',
      (w) => {
        fill(w, { '.git': 'gitdir: \n' });
      },
    ],
    [
      'is not one at all',
      (w) => {
        fill(w, { '.git': '\0\0\0' });
      },
    ],
    [
      'names the home directory',
      (w) => {
        fill(w, { '.git': `gitdir: ${base}/home\n` });
      },
    ],
  ])('grants nothing: it %s', (name, prepare) => {
    const workspace = join(base, 'home', `forged ${name}`);
    mkdirSync(workspace);
    prepare(workspace);
    expect(outsideGitDirectory(workspace, uid)).toBeUndefined();
    expect(policy(workspace).writable).toEqual([workspace]);
  });

  it('grants nothing when an entry elsewhere names the workspace, but is not of the repository that it names', () => {
    const workspace = join(base, 'home/elsewhere');
    const entry = join(base, 'home/writable/worktrees/x');
    fill(base, {
      'home/elsewhere/.git': `gitdir: ${entry}\n`,
      'home/writable/worktrees/x/gitdir': `${workspace}/.git\n`,
      'home/writable/worktrees/x/commondir': `${victim}/.git\n`,
    });
    expect(outsideGitDirectory(workspace, uid)).toBeUndefined();
  });

  it('grants nothing where the repository belongs to somebody else', () => {
    expect(outsideGitDirectory(worktree, uid)).toBe(join(main, '.git'));
    expect(outsideGitDirectory(worktree, uid + 1)).toBeUndefined();
  });

  it('grants nothing to a worktree that was moved without telling git', () => {
    const moved = join(base, 'home/moved');
    git(main, 'worktree', 'add', '-q', '-b', 'second', join(base, 'home/unmoved'));
    renameSync(join(base, 'home/unmoved'), moved);
    expect(outsideGitDirectory(moved, uid)).toBeUndefined();
  });

  it('that is a symlink is pinned, so that it cannot be replaced', () => {
    const workspace = join(base, 'home/linked');
    mkdirSync(workspace);
    fill(workspace, { 'real/HEAD': 'x', 'real/config': '', 'real/hooks': null, '.git': { link: 'real' } });
    const { protected: entries, protectedLinks } = policy(workspace);
    expect(protectedLinks).toEqual([join(workspace, '.git')]);
    expect(entries).toContainEqual({ path: join(workspace, 'real/hooks'), kind: 'directory' });
  });
});

describe('reading git files', () => {
  it.each([
    ['[core]\n\tworktree = ../../x\n', ['../../x']],
    ['[CORE]\nWorkTree=../x ; comment\n', ['../x']],
    ['[core] worktree = "a # b" # c\n', ['a # b']],
    ['[core]\nworktree = a\\\\b\n[other]\nworktree = no\n', ['a\\b']],
    ['[core "x"]\nworktree = y\n', ['y']],
    ['worktree = x\n', []],
    ['', []],
  ])('finds core.worktree in %j', (text, expected) => {
    expect(configValues(text, 'core', 'worktree')).toEqual(expected);
  });

  it('places hooks directories', () => {
    const text = '[core]\nhooksPath = ~/hooks\nhooksPath = /abs\nhooksPath = .husky/_\nhooksPath =\n';
    expect(hooksPaths(text, '/w', '/h')).toEqual(['/h/hooks', '/abs', '/w/.husky/_', '/w/.husky']);
  });

  it('reads no pipe, device or huge file', () => {
    const place = makeTree({ huge: `gitdir: ${'x'.repeat(1024 * 1024 + 1)}` });
    expect(gitFileTarget(join(place, 'huge'))).toBeUndefined();
    expect(gitFileTarget('/dev/zero')).toBeUndefined();
  });
});
