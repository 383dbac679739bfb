import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProfileName, type Result } from '../../src/types.js';
import { tiers, type TierName } from '../helpers/cases.js';
import { namespacesAvailable } from '../helpers/features.js';
import { python } from '../helpers/listener.js';
import { skipUnless } from '../helpers/require.js';
import { runSandboxed } from '../helpers/sandboxed.js';
import { createScene, type Scene } from '../helpers/scene.js';

let scene: Scene;
beforeEach(() => {
  scene = createScene();
});
afterEach(() => scene.end());

function bash(script: string, profile: ProfileName, tier: TierName): Promise<Result> {
  return runSandboxed(scene, ['/bin/bash', '-c', `set -e\n${script}`], {
    profile,
    tier,
    run: { timeout: 60_000 },
  });
}

interface Tool {
  readonly name: string;
  readonly setup?: (scene: Scene) => void;
  readonly script: string;
  readonly prints: string;
  /** Why the light tier cannot do it; the standard tier can. */
  readonly notInLight?: string;
}

const file = (name: string, text: string) => (at: Scene) => {
  mkdirSync(join(at.workspace, name, '..'), { recursive: true });
  writeFileSync(join(at.workspace, name), text);
};

const project = (at: Scene): void => {
  file(
    'package.json',
    JSON.stringify({ name: 'p', version: '1.0.0', scripts: { pretest: 'echo pre', test: 'node test.js' } }),
  )(at);
  file('test.js', "require('node:fs').writeFileSync('report', 'ok'); console.log('tested');")(at);
};

/** Bash keeps small here-documents in a pipe, and big ones in a temporary file. */
const bigDocument = file('document.sh', `wc -c <<END\n${'line\n'.repeat(40_000)}END\n`);

const makefile = 'out: in.c\n\tgcc -o out in.c\n\t./out > result\n';
const hello = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n';

/** What has to work in a workspace that may be written. */
const tools: readonly Tool[] = [
  { name: 'npm test', setup: project, script: 'npm test; cat report', prints: 'ok' },
  {
    name: 'npm pack',
    setup: project,
    // The cache in the home directory cannot be written. A trusted run may have no TMPDIR.
    script: 'npm_config_cache="${TMPDIR:-/tmp}/npm-$$" npm pack --silent; ls',
    prints: 'p-1.0.0.tgz',
  },
  {
    name: 'node',
    script: `node -e 'fs.writeFileSync("f", "x"); console.log(fs.readFileSync("f", "utf8").length)'`,
    prints: '1',
  },
  {
    name: 'node with a worker and a child process',
    script: `node -e 'new (require("worker_threads").Worker)("console.log(42)", { eval: true });
      console.log(require("child_process").execFileSync("echo", ["child"]).toString())'`,
    prints: 'child',
  },
  {
    name: 'python',
    script: `${python} -c 'import tempfile; f = tempfile.NamedTemporaryFile(); print(len(f.name) > 3)'`,
    prints: 'True',
  },
  {
    name: 'python subprocess and asyncio',
    script: `${python} -c 'import asyncio, subprocess; print(subprocess.check_output(["echo", "sub"]), asyncio.run(asyncio.sleep(0, "aio")))'`,
    prints: 'aio',
  },
  {
    name: 'python multiprocessing',
    script: `${python} -c '
import multiprocessing
with multiprocessing.Pool(2) as pool: print(sum(pool.map(abs, range(-4, 1))))'`,
    prints: '10',
    notInLight: 'semaphores live in /dev/shm, which is private to a run only in a mount namespace',
  },
  { name: 'gcc', setup: file('in.c', hello), script: 'gcc -o out in.c && ./out', prints: 'hello' },
  {
    name: 'make',
    setup: (at) => {
      file('Makefile', makefile)(at);
      file('in.c', hello)(at);
    },
    script: 'make -j2 >/dev/null && cat result',
    prints: 'hello',
  },
  {
    name: 'tar',
    setup: file('d/f', 'text\n'),
    script: 'tar czf a.tgz d && mkdir x && tar xzf a.tgz -C x && chmod 600 x/d/f && cat x/d/f',
    prints: 'text',
  },
  {
    name: 'sqlite',
    script: `${python} -c 'import sqlite3; c = sqlite3.connect("db"); c.execute("pragma journal_mode=wal")
c.execute("create table t (x)"); c.execute("insert into t values (41)"); c.commit(); print(c.execute("select x + 1 from t").fetchone())'`,
    prints: '(42,)',
  },
  { name: 'a big here-document', setup: bigDocument, script: 'bash document.sh', prints: '200000' },
  {
    name: 'process substitution',
    script: 'diff <(printf "a\\nb\\n") <(printf "a\\nb\\n") && echo same',
    prints: 'same',
  },
  { name: 'a pipeline', script: 'seq 100000 | sort -rn | tail -1 | tee last', prints: '1' },
  {
    name: 'mktemp',
    script: 'f=$(mktemp); d=$(mktemp -d); echo x > "$f"; cp "$f" "$d/y"; cat "$d/y"',
    prints: 'x',
  },
  {
    name: 'background jobs',
    script: '(sleep 0.05; echo a > a) & (sleep 0.1; echo b > b) & wait; cat a b',
    prints: 'b',
  },
  { name: 'file times and modes', script: 'touch -d @0 f; chmod 751 f; stat -c "%Y %a" f', prints: '0 751' },
  { name: 'perl', script: `perl -e 'open F, ">f"; print F "x"; close F; print -s "f"'`, prints: '1' },
  {
    name: 'script, in a terminal of its own',
    script: 'script -qec "tty; echo in-terminal" /dev/null',
    prints: 'in-terminal',
    notInLight: 'pseudo-terminals of its own need a private /dev/pts',
  },
  {
    name: 'python pty.spawn',
    script: `${python} -c 'import pty; pty.spawn(["sh", "-c", "test -t 1 && echo terminal"])'`,
    prints: 'terminal',
    notInLight: 'pseudo-terminals of its own need a private /dev/pts',
  },
  {
    name: 'curl to a server of the same run',
    setup: file('index.html', 'page\n'),
    script: `${python} -m http.server --bind 127.0.0.1 8765 >/dev/null 2>&1 &
      curl -s --retry 20 --retry-connrefused --retry-delay 1 --retry-max-time 20 http://127.0.0.1:8765/`,
    prints: 'page',
    notInLight: 'without a network namespace there is no private loopback, so network sockets are refused',
  },
];

/** What has to work where nothing but the scratch space may be written. */
const readers: readonly Tool[] = [
  { name: 'ls and wc', setup: file('f', 'x'), script: 'ls | wc -l', prints: '1' },
  { name: 'grep', setup: file('f', 'needle\n'), script: 'grep -r needle .', prints: 'needle' },
  { name: 'node', script: 'node -p 6*7', prints: '42' },
  { name: 'python', script: `${python} -c 'print(6*7)'`, prints: '42' },
  {
    name: 'gcc into the scratch',
    setup: file('in.c', hello),
    script: 'gcc -o "$TMPDIR/out" in.c && "$TMPDIR/out"',
    prints: 'hello',
    notInLight:
      'the linker sets the mode of its output, and a profile that writes nothing refuses that where no mount protects metadata',
  },
  {
    name: 'tar into the scratch',
    setup: file('d/f', 'text\n'),
    script: 'tar cf "$TMPDIR/a.tar" d && tar tf "$TMPDIR/a.tar"',
    prints: 'd/f',
  },
  { name: 'a big here-document', setup: bigDocument, script: 'bash document.sh', prints: '200000' },
  {
    name: 'sqlite in memory',
    script: `${python} -c 'import sqlite3; print(sqlite3.connect(":memory:").execute("select 42").fetchone())'`,
    prints: '42',
  },
];

function declare(list: readonly Tool[], profile: ProfileName): void {
  describe.each(tiers)(`${profile}, %s`, (tier) => {
    const light = tier === 'light' || !namespacesAvailable();
    for (const { name, setup, script, prints, notInLight } of list) {
      const possible =
        !light ||
        notInLight === undefined ||
        (tier !== 'auto' ? false : skipUnless('userns', false, notInLight));
      it.skipIf(!possible)(name, async () => {
        setup?.(scene);
        const result = await bash(script, profile, tier);
        expect(result.stdout, result.stderr).toContain(prints);
        expect(result.exitCode, result.stderr).toBe(0);
        expect(result.violations).toEqual([]);
      });
    }
  });
}

declare(tools, 'workspace-write');
declare(tools, 'workspace-net');
declare(tools, 'trusted');
declare(readers, 'offline');
