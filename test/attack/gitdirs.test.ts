import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { host, initRepository, type Scene } from '../helpers/scene.js';
import { defineAttack } from './harness.js';
import { hostRunsPayload, planting } from './planting.js';
import { content, shell } from './support.js';

/** The workspace becomes a linked worktree of a repository beside it. */
function linkedWorktree(scene: Scene): void {
  const main = join(scene.base, 'main');
  initRepository(scene, main);
  rmSync(scene.workspace, { recursive: true });
  host(scene, ['git', 'worktree', 'add', '-q', scene.workspace], main);
}

/** A repository in `parent` with a submodule in `parent/sub`. */
function withSubmodule(scene: Scene, parent: string): void {
  const library = join(scene.base, 'library');
  initRepository(scene, library);
  initRepository(scene, parent);
  host(
    scene,
    ['git', '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library, 'sub'],
    parent,
  );
  host(scene, ['git', 'commit', '-q', '-m', 'submodule'], parent);
}

const evilConfig = `hook evil.sh; evil="$PWD/evil.sh"; line() { printf '[core]\\n\\tfsmonitor = %s\\n' "$evil"; }`;

const inWorktree: Readonly<Record<string, string>> = {
  'hook of the main repository': 'hook "$(git rev-parse --git-common-dir)/hooks/pre-commit"',
  'configuration of the main repository': `${evilConfig}; line >> "$(git rev-parse --git-common-dir)/config"`,
  'another common directory': `${evilConfig}; cp -r "$(git rev-parse --git-common-dir)" evil; line >> evil/config
    echo "$PWD/evil" > "$(git rev-parse --git-dir)/commondir"`,
  'another git directory': `${evilConfig}; cp -r "$(git rev-parse --git-common-dir)" evil; line >> evil/config
    rm -f .git; echo "gitdir: $PWD/evil" > .git`,
  'a .git file renamed into place': `${evilConfig}; cp -r "$(git rev-parse --git-common-dir)" evil; line >> evil/config
    echo "gitdir: $PWD/evil" > dot; mv dot .git`,
};

for (const [name, text] of Object.entries(inWorktree)) {
  defineAttack({
    name: `linked worktree: ${name}`,
    setup: linkedWorktree,
    command: planting(text),
    effect: (scene) => hostRunsPayload(scene, scene.workspace),
  });
}

const inSuperproject: Readonly<Record<string, string>> = {
  'hook of a submodule': 'hook .git/modules/sub/hooks/pre-commit',
  'hooks directory of a submodule renamed away': `mv .git/modules/sub/hooks .git/modules/sub/old
    mkdir .git/modules/sub/hooks; hook .git/modules/sub/hooks/pre-commit`,
  'git directory of a submodule renamed away': `mv .git/modules/sub .git/modules/old
    cp -r .git/modules/old .git/modules/sub; hook .git/modules/sub/hooks/pre-commit`,
  'git directories of all submodules renamed away': `mv .git/modules .git/old
    cp -r .git/old .git/modules; hook .git/modules/sub/hooks/pre-commit`,
  'configuration of a submodule': `${evilConfig}; line >> .git/modules/sub/config`,
  'another git directory for a submodule': `${evilConfig}; cp -r .git/modules/sub evil; line >> evil/config
    git config -f evil/config --unset core.worktree; echo "gitdir: $PWD/evil" > sub/.git`,
};

for (const [name, text] of Object.entries(inSuperproject)) {
  defineAttack({
    name: `submodule: ${name}`,
    setup: (scene) => {
      withSubmodule(scene, scene.workspace);
    },
    command: planting(text),
    effect: (scene) => hostRunsPayload(scene, join(scene.workspace, 'sub')),
  });
}

defineAttack({
  name: 'submodule: the workspace is one, hook in the superproject',
  setup: (scene) => {
    const parent = join(scene.base, 'super');
    withSubmodule(scene, parent);
    rmSync(scene.workspace, { recursive: true });
    // The workspace keeps its name for the harness: the submodule is moved there with its git directory where it was.
    host(scene, ['git', 'mv', 'sub', 'moved'], parent);
    host(scene, ['mv', join(parent, 'moved'), scene.workspace], parent);
    const gitDirectory = join(parent, '.git/modules/sub');
    writeFileSync(join(scene.workspace, '.git'), `gitdir: ${gitDirectory}\n`);
    host(
      scene,
      ['git', 'config', '-f', join(gitDirectory, 'config'), 'core.worktree', scene.workspace],
      parent,
    );
  },
  command: planting('hook "$(git rev-parse --git-dir)/hooks/pre-commit"'),
  effect: (scene) => hostRunsPayload(scene, scene.workspace),
});

defineAttack({
  name: 'submodule: a command in .gitmodules',
  setup: (scene) => {
    withSubmodule(scene, scene.workspace);
  },
  command: (scene) => shell('git config -f .gitmodules submodule.sub.update "!echo $1"', scene.token),
  effect: (scene) => content(join(scene.workspace, '.gitmodules')).includes(scene.token),
});
