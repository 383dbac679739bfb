import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Scene } from '../helpers/scene.js';
import { defineAttack } from './harness.js';
import { present, shell } from './support.js';

/** Files that steer the tools of the host, each below the path that is protected. */
const files = [
  '.mcp.json',
  '.claude/settings.json',
  '.codex/config.toml',
  '.agents/skill.md',
  '.vscode/tasks.json',
  '.idea/workspace.xml',
  '.envrc',
  '.npmrc',
  '.gitmodules',
  '.bashrc',
  '.bash_profile',
  '.profile',
  '.zshrc',
];

const top = (file: string): string => file.split('/')[0]!;

/** Ways to make `$1` (below `$2`) appear, with `$3` in it. */
const creations: Readonly<Record<string, string>> = {
  create: 'mkdir -p "$(dirname "$1")"; echo "$3" > "$1"',
  'rename into place': 'mkdir -p build/"$(dirname "$1")"; echo "$3" > build/"$1"; mv build/"$2" "$2"',
  'symlink into place': 'mkdir -p build/"$(dirname "$1")"; echo "$3" > build/"$1"; ln -s build/"$2" "$2"',
  'hard-link into place': 'mkdir -p "$(dirname "$1")"; echo "$3" > own; ln own "$1"',
  'create late': '(sleep 0.1; mkdir -p "$(dirname "$1")"; echo "$3" > "$1") & exit 0',
};

for (const [way, script] of Object.entries(creations)) {
  for (const file of files) {
    // Every path is created; the other ways are tried on one file and one directory, since the product treats all alike.
    if (way !== 'create' && file !== '.mcp.json' && file !== '.claude/settings.json') continue;
    defineAttack({
      name: `absent protected path: ${way}: ${file}`,
      command: (scene) => shell(script, file, top(file), scene.token),
      effect: async (scene) => {
        // A survivor would have created it by then.
        if (way === 'create late') await sleep(250);
        return present(join(scene.workspace, top(file)));
      },
      after: (_scene, result, profile) => {
        // A profile that writes nothing has nothing to undo: the creation itself was refused.
        if (profile === 'offline' || way === 'create late') return;
        expect(result.violations).toContainEqual(expect.objectContaining({ guarantee: 'fs-protected' }));
      },
    });
  }
}

/** What the host sees of a tree: names, kinds, modes and contents. */
function picture(path: string): string {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'nothing';
  const mode = found.mode.toString(8);
  if (found.isSymbolicLink()) return `${mode} -> ${readlinkSync(path)}`;
  if (!found.isDirectory()) return `${mode} ${readFileSync(path, 'utf8')}`;
  return `${mode} {${readdirSync(path)
    .sort()
    .map((name) => `${name}: ${picture(join(path, name))}`)
    .join(', ')}}`;
}

/** Ways to change the existing file `$1` below the existing protected path `$2`. */
const changes: Readonly<Record<string, string>> = {
  overwrite: 'echo "$3" > "$1"',
  append: 'echo "$3" >> "$1"',
  empty: ': > "$1"',
  remove: 'rm -rf "$2"',
  'rename over': 'echo "$3" > own; mv -f own "$1"',
  'rename away': 'mv "$2" away',
  'replace by a symbolic link': 'rm -rf "$2"; ln -s elsewhere "$2"',
  'write through a hard link': 'ln "$1" own && echo "$3" >> own',
  'change the mode': 'chmod 0777 "$1"',
  'add beside': 'echo "$3" > "$(dirname "$1")/added"; test "$(dirname "$1")" != . || echo "$3" > "$1"',
};

for (const [way, script] of Object.entries(changes)) {
  for (const file of ['.mcp.json', '.claude/settings.json']) {
    let before = '';
    defineAttack({
      name: `existing protected path: ${way}: ${file}`,
      setup: (scene: Scene) => {
        mkdirSync(dirname(join(scene.workspace, file)), { recursive: true });
        writeFileSync(join(scene.workspace, file), 'user\n', { mode: 0o644 });
        before = picture(join(scene.workspace, top(file)));
      },
      command: (scene) => shell(script, file, top(file), scene.token),
      effect: (scene) => picture(join(scene.workspace, top(file))) !== before,
    });
  }
}

defineAttack({
  name: 'protected path that the caller adds',
  setup: (scene) => {
    mkdirSync(join(scene.workspace, 'deep/er'), { recursive: true });
    writeFileSync(join(scene.workspace, 'deep/er/lock'), 'user\n');
  },
  command: (scene) =>
    shell('echo "$1" > deep/er/lock; mv deep d; mkdir -p deep/er; echo "$1" > deep/er/lock', scene.token),
  options: () => ({ filesystem: { protect: ['deep/er/lock'] } }),
  effect: (scene) => picture(join(scene.workspace, 'deep/er/lock')).includes(scene.token),
});

defineAttack({
  name: 'absent protected path that the caller adds, below a directory that does not exist',
  command: (scene) => shell('mkdir -p tools/deep; echo "$1" > tools/deep/run.sh', scene.token),
  options: () => ({ filesystem: { protect: ['tools/deep/run.sh'] } }),
  effect: (scene) => present(join(scene.workspace, 'tools/deep/run.sh')),
});
