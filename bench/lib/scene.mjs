// A home directory and a workspace such as users have: credential files to hide, so that the carve-outs of a profile are real.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const credentials = [
  '.ssh/id_ed25519',
  '.gnupg/pubring.kbx',
  '.aws/credentials',
  '.docker/config.json',
  '.config/gh/hosts.yml',
  '.kube/config',
  '.npmrc',
  '.netrc',
  '.git-credentials',
];

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o600 });
}

/** Makes the workspace a git repository of 200 committed files. */
function initRepository(workspace, home) {
  const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.invalid'];
  const git = (...args) => {
    const env = { PATH: process.env.PATH, HOME: home };
    execFileSync('git', [...identity, ...args], {
      cwd: workspace,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  git('init', '-q', '-b', 'main');
  for (let i = 0; i < 200; i += 1) write(join(workspace, `src/folder${i % 10}/file${i}.txt`), `text ${i}\n`);
  git('add', '.');
  git('commit', '-q', '-m', 'files');
}

/** Not under /tmp, which a run sees as a file system of its own: that is the rare place of a workspace, and costs a mount. */
export function createScene() {
  const base = mkdtempSync('/var/tmp/moated-bench-');
  const scene = {
    base,
    home: join(base, 'home'),
    workspace: join(base, 'workspace'),
    repository: join(base, 'repository'),
  };
  try {
    for (const name of credentials) write(join(scene.home, name), 'secret\n');
    mkdirSync(scene.workspace);
    for (let i = 0; i < 20; i += 1) write(join(scene.workspace, `file${i}`), `text ${i}\n`);
    mkdirSync(scene.repository);
    initRepository(scene.repository, scene.home);
  } catch (error) {
    rmSync(base, { recursive: true, force: true });
    throw error;
  }
  return { ...scene, remove: () => rmSync(base, { recursive: true, force: true }) };
}
