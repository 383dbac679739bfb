import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { host } from '../helpers/scene.js';
import { defineAttack } from './harness.js';
import { leaked, needsFile, needsRoot, program, shell } from './support.js';

for (const name of [
  'open',
  'read-write-open',
  'mmap',
  'path-fd',
  'sendfile',
  'splice',
  'io-uring',
  'openat2',
  'hardlink',
  'run-as-script',
]) {
  defineAttack({
    name: `secret: ${name}`,
    command: (scene) => program('secrets', name, scene.credential),
    effect: leaked,
  });
}

defineAttack({
  name: 'secret: open by file handle',
  needs: [needsRoot],
  command: (scene) => {
    // The handle is made on the host, as an attacker would guess it: it is little more than the inode number.
    const [, type, hex] = host(scene, program('secrets', 'make-handle', scene.credential))
      .split('\n')[1]!
      .split(' ');
    return program('secrets', 'handle', scene.workspace, type!, hex!);
  },
  effect: leaked,
});

/** `$1` is the credential file, `$2` its directory, `$3` the home directory. */
const tools: Readonly<Record<string, string>> = {
  cat: 'cat "$1"',
  'cp to the workspace': 'cp "$1" copy; cat copy',
  'cp of the directory': 'cp -r "$2" copy; cat copy/id_rsa',
  'tar of the home directory': 'tar cf - -C "$3" . 2>/dev/null | tar xOf -',
  'git diff': 'git diff --no-index /dev/null "$1" | cat',
  'git hash-object': 'git init -q repo && cd repo && git cat-file -p "$(git hash-object -w "$1")"',
  'symbolic link in the workspace': 'ln -s "$2" way; cat way/id_rsa',
  'symbolic link to the file in the scratch':
    'ln -s "$1" "$TMPDIR/way" 2>/dev/null || ln -s "$1" way; cat "$TMPDIR/way" way',
  'hard link in the workspace': 'ln "$1" way; cat way',
  'the directory renamed': 'mv "$2" "$3/other"; cat "$3/other/id_rsa"',
  'dots in the path': 'cat "$3/../home/./.ssh/../.ssh/id_rsa"',
  '/proc/self/root': 'cat "/proc/self/root$1"',
  '/proc/self/cwd': 'cat /proc/self/cwd/../home/.ssh/id_rsa',
  'a change of directory': 'cd "$2" && cat id_rsa',
  grep: 'grep -r . "$3"',
  'a here-document of node': `node -e 'process.stdout.write(require("fs").readFileSync(process.argv[1]))' "$1"`,
  redirection: 'while read -r line; do echo "$line"; done < "$1"',
};

for (const [name, script] of Object.entries(tools)) {
  defineAttack({
    name: `secret: ${name}`,
    command: (scene) => shell(script, scene.credential, dirname(scene.credential), scene.home),
    effect: leaked,
  });
}

/** Every place where credentials are kept, relative to the home directory. */
const places = [
  '.ssh/config',
  '.gnupg/private-keys-v1.d/key',
  '.aws/credentials',
  '.azure/token',
  '.config/gcloud/credentials.db',
  '.config/gh/hosts.yml',
  '.docker/config.json',
  '.kube/config',
  '.netrc',
  '.npmrc',
  '.pypirc',
  '.git-credentials',
  '.password-store/entry.gpg',
  '.mozilla/firefox/profile/logins.json',
  '.config/google-chrome/Default/Login Data',
  '.config/chromium/Default/Cookies',
  '.local/share/keyrings/login.keyring',
];

for (const place of places) {
  defineAttack({
    name: `credential file: ~/${place}`,
    setup: (scene) => {
      const file = join(scene.home, place);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, scene.secret, { mode: 0o600 });
    },
    command: (scene) => shell('cat "$1"', join(scene.home, place)),
    effect: leaked,
  });
}

defineAttack({
  name: 'credential file: /etc/shadow',
  needs: [needsRoot, needsFile('/etc/shadow')],
  command: () => shell('cat /etc/shadow'),
  effect: (_scene, { stdout }) => /^root:/m.test(stdout),
});

defineAttack({
  name: 'secret: the root directory of a process of the host',
  setup: (scene) => {
    const child = spawn('sleep', ['1000'], { stdio: 'ignore', cwd: scene.home });
    writeFileSync(join(scene.workspace, 'pid'), String(child.pid));
    scene.onEnd(() => {
      child.kill('SIGKILL');
    });
  },
  command: (scene) =>
    shell('pid=$(cat pid); cat "/proc/$pid/root$1" "/proc/$pid/cwd/.ssh/id_rsa"', scene.credential),
  effect: leaked,
});

defineAttack({
  name: 'secret: a credential directory that is a symbolic link',
  setup: (scene) => {
    mkdirSync(join(scene.home, 'dotfiles'));
    renameSync(join(scene.home, '.ssh'), join(scene.home, 'dotfiles/ssh'));
    symlinkSync('dotfiles/ssh', join(scene.home, '.ssh'));
  },
  command: (scene) => shell('cat "$1/.ssh/id_rsa" "$1/dotfiles/ssh/id_rsa"', scene.home),
  effect: leaked,
});

defineAttack({
  name: 'secret: a credential file that is a symbolic link',
  setup: (scene) => {
    writeFileSync(join(scene.outside, 'netrc'), scene.secret);
    symlinkSync(join(scene.outside, 'netrc'), join(scene.home, '.netrc'));
  },
  command: (scene) => shell('cat "$1/.netrc" "$2/netrc"', scene.home, scene.outside),
  effect: leaked,
});

defineAttack({
  name: 'secret: another mount of the home directory',
  needs: [needsRoot],
  setup: (scene) => {
    const alias = join(scene.outside, 'alias');
    mkdirSync(alias);
    host(scene, ['mount', '--bind', scene.home, alias]);
    scene.onEnd(() => {
      host(scene, ['umount', alias]);
    });
  },
  command: (scene) => shell('cat "$1/alias/.ssh/id_rsa"', scene.outside),
  effect: leaked,
});

defineAttack({
  name: 'secret: a file that the caller hides outside',
  setup: (scene) => {
    writeFileSync(join(scene.outside, 'key.pem'), scene.secret);
  },
  command: (scene) => shell('cat "$1/key.pem"', scene.outside),
  options: (scene) => ({ filesystem: { hide: [join(scene.outside, 'key.pem')] } }),
  effect: leaked,
});

for (const [name, script] of [
  ['read', 'cat deep/er/.env'],
  ['its directory renamed', 'mv deep other; cat other/er/.env'],
  ['renamed', 'mv deep/er/.env open; cat open'],
  ['hard link', 'ln deep/er/.env open; cat open'],
] as const) {
  defineAttack({
    name: `secret: a file that the caller hides in the workspace: ${name}`,
    setup: (scene) => {
      mkdirSync(join(scene.workspace, 'deep/er'), { recursive: true });
      writeFileSync(join(scene.workspace, 'deep/er/.env'), scene.secret);
    },
    command: () => shell(script),
    options: () => ({ filesystem: { hide: ['deep/er/.env'] } }),
    // Without mounts a tree that may be written may be read: the tier that cannot hide the file must refuse.
    mayRefuse: true,
    effect: leaked,
  });
}

defineAttack({
  name: 'secret: a home directory given with read: minimal',
  setup: (scene) => {
    writeFileSync(join(scene.home, 'notes'), scene.secret);
  },
  command: (scene) => shell('cat "$1/notes"; grep -r . "$1"', scene.home),
  options: () => ({ filesystem: { read: 'minimal' } }),
  effect: leaked,
});

defineAttack({
  name: 'secret: a file that only capabilities can read',
  needs: [needsRoot],
  setup: (scene) => {
    writeFileSync(join(scene.outside, 'private'), scene.secret, { mode: 0 });
  },
  // Mode 000 stops everybody but a process with capabilities: uid 0 inside has none.
  command: (scene) => shell('cat "$1/private"', scene.outside),
  effect: leaked,
});
