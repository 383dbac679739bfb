import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '../../src/index.js';
import { restricting, tiers, withoutNetwork } from '../helpers/cases.js';
import { hostedCommand, hostedResult } from '../helpers/hosted.js';
import { python } from '../helpers/listener.js';
import { killAllWith, runHost, startHost } from '../helpers/processes.js';
import { runSandboxed, withHome } from '../helpers/sandboxed.js';
import { createScene, type Scene } from '../helpers/scene.js';
import { program, shell } from './support.js';

let scene: Scene;
beforeEach(() => {
  scene = createScene();
});
afterEach(async () => {
  killAllWith(scene.token);
  await scene.end();
});

/** Two runs at the same time: what the first one offers, the second one looks for. */
interface Pair {
  readonly name: string;
  readonly profiles: readonly (typeof restricting)[number][];
  /** Prints `ready` and stays. `$1` is the token. */
  readonly first: string;
  /** Prints the token when it has reached the first one. */
  readonly second: (ready: string) => string;
}

const pairs: readonly Pair[] = [
  {
    name: 'a file in TMPDIR is not found',
    profiles: restricting,
    first: 'd="${TMPDIR:-/tmp}"; echo x > "$d/$1"; echo ready; exec sleep 1000',
    second: () => 'find /tmp /var/tmp /dev/shm "$TMPDIR" -maxdepth 4 -name "$1" 2>/dev/null',
  },
  {
    name: 'a file in TMPDIR is not changed by somebody who knows its name',
    profiles: restricting,
    first: 'd="${TMPDIR:-/tmp}"; echo x > "$d/$1"; echo "ready $d/$1"; exec sleep 1000',
    // In a private /tmp the same name is another file, which has to exist to be meant.
    second: (path) => `test -e "${path}" && echo y >> "${path}" && echo "$1"`,
  },
  {
    name: 'a file in /dev/shm',
    profiles: restricting,
    first: 'echo x > "/dev/shm/$1"; echo ready; exec sleep 1000',
    second: () => 'ls "/dev/shm/$1"',
  },
  {
    name: 'a process in /proc/*/environ',
    profiles: restricting,
    first: 'export MARK="environ-$1"; echo ready; exec sleep 1000',
    second: () => 'cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n" | grep "MARK=environ-$1"',
  },
  {
    name: 'a port of the loopback',
    profiles: withoutNetwork,
    first: `exec ${python} -c 'import socket, sys
try:
  server = socket.create_server(("127.0.0.1", 0))
  print("ready", server.getsockname()[1], flush=True)
  while True: server.accept()[0].send(sys.argv[1].encode())
except OSError as error:
  print("ready 1", error, flush=True)
  sys.stdin.read()' "$1"`,
    second: (port) =>
      `exec ${python} -c 'import socket; print(socket.create_connection(("127.0.0.1", ${port.split(' ')[0] ?? '1'}), 2).recv(99).decode())'`,
  },
];

describe.each(pairs)('two runs: $name', ({ profiles, first, second }) => {
  it('control: works without a sandbox', async () => {
    const env = { ...scene.env, TMPDIR: scene.outside };
    const { child, line } = await startHost(shell(first, scene.token).with(2, first), {
      cwd: scene.workspace,
      env,
    });
    scene.onEnd(() => {
      child.kill('SIGKILL');
      rmSync(`/dev/shm/${scene.token}`, { force: true });
    });
    const found = await runHost(shell(second(line.replace('ready ', '')), scene.token), {
      cwd: scene.workspace,
      env,
    });
    expect(found.stdout).toContain(scene.token);
  });

  for (const profile of profiles) {
    for (const tier of tiers) {
      it(`${profile}, ${tier}: do not reach each other`, async () => {
        await withHome(scene.home, async () => {
          const sandbox = createSandbox({ workspace: scene.workspace, profile, isolation: tier });
          const running = sandbox.spawn(['/bin/sh', '-c', first, 'sh', scene.token]);
          const [chunk] = (await once(running.stdout!, 'data')) as [Buffer];
          const ready = chunk.toString().trim().replace('ready ', '');
          const result = await sandbox.run(shell(second(ready), scene.token));
          expect(result.stdout).toContain('started');
          expect(result.stdout).not.toContain(scene.token);
          await sandbox[Symbol.asyncDispose]();
          await Promise.allSettled([running]);
        });
      });
    }
  }
});

/** Everything with a text in its name, or in the content of a file, in the places where programs leave things. */
function leftovers(token: string): readonly string[] {
  return [tmpdir(), '/tmp', '/var/tmp', '/dev/shm'].flatMap((folder) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => name.includes(token))
      .map((name) => join(folder, name)),
  );
}

describe.each(restricting)('%s', (profile) => {
  describe.each(tiers)('%s', (tier) => {
    it('nothing of a run is left in the scratch places of the host', async () => {
      const script = `for d in /tmp /var/tmp /dev/shm "$TMPDIR"; do echo x > "$d/$1"; mkdir "$d/$1.d"; done 2>/dev/null
        cd "$TMPDIR"; mkdir -p locked/in; echo x > locked/in/file; chmod 000 locked/in locked; ln -s / way; mkfifo pipe; pwd`;
      const result = await runSandboxed(scene, shell(script, scene.token), { profile, tier });
      expect(leftovers(scene.token)).toEqual([]);
      const scratch = result.stdout.trim().split('\n').at(-1)!;
      expect(scratch).toMatch(/^\//);
      if (scratch !== '/tmp') expect(existsSync(scratch)).toBe(false);
    });

    it('a link out of the scratch is not followed when it is removed', async () => {
      const script = 'cd "$TMPDIR"; ln -s "$1" out; mkdir d; ln -s "$1" d/out; mv d e';
      await runSandboxed(scene, shell(script, scene.outside), { profile, tier });
      expect(readFileSync(scene.target, 'utf8')).toBe('original\n');
    });

    it('a tree that is deeper than a path is long ends neither the host nor the removal', async () => {
      const argv = hostedCommand(scene, program('deep', 'levels', 2_500), { profile, tier });
      const { stderr } = await runHost(argv, { cwd: scene.workspace, env: scene.env, timeoutMs: 25_000 });
      const result = hostedResult(scene);
      expect(result.stdout, stderr).toContain('done 0');
      const scratch = /^scratch (.*)$/m.exec(result.stdout)![1]!;
      if (scratch !== '/tmp') expect(existsSync(scratch)).toBe(false);
    });
  });
});
