import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { host, initRepository } from '../helpers/scene.js';
import { defineAttack } from './harness.js';
import { hostRunsPayload, payload, planting } from './planting.js';
import { program } from './support.js';

const fsmonitor = `printf '[core]\\n\\tfsmonitor = ./evil.sh\\n'`;

/** Every way to get a program executed by the host's git, from a repository with one commit. */
const plants: Readonly<Record<string, string>> = {
  'create a hook': 'hook .git/hooks/pre-commit',
  'create a hook in a new hooks directory': 'rm -rf .git/hooks; mkdir .git/hooks; hook .git/hooks/pre-commit',
  'rename a hook into place': 'hook h; mv h .git/hooks/pre-commit',
  'hard-link a hook into place': 'hook h; ln h .git/hooks/pre-commit',
  'symlink a hook into place': 'hook h; ln -s ../../h .git/hooks/pre-commit',
  'rename the hooks directory away': 'mv .git/hooks .git/old; mkdir .git/hooks; hook .git/hooks/pre-commit',
  'symlink the hooks directory':
    'mkdir evil; hook evil/pre-commit; mv .git/hooks .git/old; ln -s ../evil .git/hooks',
  'rename .git away and copy it': 'mv .git g; cp -r g .git; hook .git/hooks/pre-commit',
  'rename .git there and back': 'mv .git g; hook g/hooks/pre-commit; mv g .git',
  'replace .git by a file':
    'mv .git g || cp -r .git g; hook g/hooks/pre-commit; rm -rf .git; echo "gitdir: g" > .git',
  'replace .git by a symbolic link':
    'mv .git g || cp -r .git g; hook g/hooks/pre-commit; rm -rf .git; ln -s g .git',
  're-initialise with a template': 'mkdir -p t/hooks; hook t/hooks/pre-commit; git init -q --template=t .',
  'clone the repository over itself': 'cp -r .git g; hook g/hooks/pre-commit; rm -rf .git; cp -r g .git',
  'git config core.hooksPath': 'mkdir evil; hook evil/pre-commit; git config core.hooksPath evil',
  'append to the configuration': `hook evil.sh; ${fsmonitor} >> .git/config`,
  'rename a configuration into place': `hook evil.sh; cp .git/config c; ${fsmonitor} >> c; mv c .git/config`,
  'symlink the configuration': `hook evil.sh; cp .git/config c; ${fsmonitor} >> c; ln -sf ../c .git/config`,
  'hard-link the configuration': `hook evil.sh; ln .git/config c && ${fsmonitor} >> c`,
  'write the configuration through /proc/self/cwd': `hook evil.sh; ${fsmonitor} >> /proc/self/cwd/.git/config`,
  'write the configuration through its lock file': `hook evil.sh; cp .git/config .git/config.lock
    ${fsmonitor} >> .git/config.lock; mv .git/config.lock .git/config`,
  'point to another common directory': `cp -r .git evil; hook evil.sh; ${fsmonitor} >> evil/config
    echo ../evil > .git/commondir`,
  // With .git broken, git takes the workspace itself for a repository, and its configuration lies where anybody may write.
  'plant a bare repository': `hook evil.sh; cp -r .git/objects .git/refs .git/HEAD .; rm -f .git/HEAD
    printf '[core]\\n\\tbare = true\\n\\tsshCommand = ./evil.sh\\n[remote "origin"]\\n\\turl = ssh://host/path\\n' > config`,
  'plant from a background process after the end': '(sleep 0.15; hook .git/hooks/pre-commit) & exit 0',
  'plant for ever from a daemon': `hook h; setsid sh -c 'while :; do cp h x; mv x .git/hooks/pre-commit; done' TOKEN \\
    >/dev/null 2>&1 & sleep 0.2; exit 0`,
};

for (const [name, text] of Object.entries(plants)) {
  const settle = name.includes('daemon') || name.includes('background');
  defineAttack({
    name: `git: ${name}`,
    setup: (scene) => {
      initRepository(scene);
    },
    command: planting(text),
    effect: async (scene) => {
      // What a survivor would do, it would do within this time.
      if (settle) await sleep(400);
      return hostRunsPayload(scene);
    },
  });
}

defineAttack({
  name: 'git: overwrite an existing hook',
  setup: (scene) => {
    initRepository(scene);
    writeFileSync(join(scene.workspace, '.git/hooks/pre-commit'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  },
  command: planting('hook .git/hooks/pre-commit'),
  effect: (scene) => hostRunsPayload(scene),
});

defineAttack({
  name: 'git: switch a hook on by its mode',
  setup: (scene) => {
    initRepository(scene);
    const hook = join(scene.workspace, '.git/hooks/pre-commit');
    writeFileSync(hook, payload(scene));
    chmodSync(hook, 0o644);
  },
  command: planting('chmod +x .git/hooks/pre-commit'),
  effect: (scene) => hostRunsPayload(scene),
});

defineAttack({
  name: 'git: exchange the hooks directory with another one',
  setup: (scene) => {
    initRepository(scene);
    mkdirSync(join(scene.workspace, 'evil'));
    writeFileSync(join(scene.workspace, 'evil/pre-commit'), payload(scene), { mode: 0o755 });
  },
  command: (scene) =>
    program('paths', 'exchange', join(scene.workspace, 'evil'), join(scene.workspace, '.git/hooks')),
  effect: (scene) => hostRunsPayload(scene),
});

defineAttack({
  name: 'git: rename a hook into place by io_uring',
  setup: (scene) => {
    initRepository(scene);
    writeFileSync(join(scene.workspace, 'h'), payload(scene), { mode: 0o755 });
  },
  command: (scene) => program('paths', 'uring-rename', 'h', join(scene.workspace, '.git/hooks/pre-commit')),
  effect: (scene) => hostRunsPayload(scene),
});

defineAttack({
  name: 'git: write the configuration of a worktree',
  setup: (scene) => {
    initRepository(scene);
    // Any sparse checkout switches this on.
    host(scene, ['git', 'config', 'extensions.worktreeConfig', 'true']);
  },
  command: planting(`hook evil.sh; ${fsmonitor} > .git/config.worktree`),
  effect: (scene) => hostRunsPayload(scene),
});

defineAttack({
  name: 'git: a repository that did not exist',
  command: planting('git init -q -b main .; mkdir -p .git/hooks; hook .git/hooks/pre-commit'),
  effect: (scene) => hostRunsPayload(scene),
});
