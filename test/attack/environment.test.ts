import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { restricting, tiers } from '../helpers/cases.js';
import { compileFixture } from '../helpers/compile.js';
import { python } from '../helpers/listener.js';
import { runHost } from '../helpers/processes.js';
import { runSandboxed } from '../helpers/sandboxed.js';
import { createScene, initRepository, type Scene } from '../helpers/scene.js';
import { shell } from './support.js';

interface Inherited {
  readonly name: string;
  /** Variables that the host process has. */
  readonly variables: (scene: Scene) => Readonly<Record<string, string>>;
  readonly setup?: (scene: Scene) => void;
  readonly command: (scene: Scene) => readonly string[];
  /** What the output has when a variable has had its effect. */
  readonly mark: (scene: Scene) => string;
}

const token = (scene: Scene): string => scene.token;

/** A shell script outside that prints the token. */
function printer(scene: Scene): string {
  const file = join(scene.outside, 'printer.sh');
  writeFileSync(file, `echo ${scene.token}\n`, { mode: 0o755 });
  return file;
}

function nodeModule(scene: Scene): string {
  const file = join(scene.outside, 'module.cjs');
  writeFileSync(file, `console.log('${scene.token}');\n`);
  return file;
}

/** A variable whose effect is that its value is seen. */
function secretVariable(name: string): Inherited {
  return {
    name: `${name} is seen`,
    variables: (scene) => ({ [name]: scene.token }),
    command: () => shell('env; cat /proc/self/environ; cat "/proc/$PPID/environ"'),
    mark: token,
  };
}

const variables: readonly Inherited[] = [
  {
    name: 'LD_PRELOAD',
    variables: () => ({ LD_PRELOAD: compileFixture('attack/preload.c', ['-shared', '-fPIC']) }),
    command: () => shell('/bin/true'),
    mark: () => 'preloaded',
  },
  {
    name: 'LD_LIBRARY_PATH',
    variables: (scene) => ({ LD_LIBRARY_PATH: scene.token }),
    command: () => shell('echo "$LD_LIBRARY_PATH"'),
    mark: token,
  },
  {
    name: 'NODE_OPTIONS',
    variables: (scene) => ({ NODE_OPTIONS: `--require ${nodeModule(scene)}` }),
    command: () => shell('node -e 0'),
    mark: token,
  },
  {
    name: 'BASH_ENV',
    variables: (scene) => ({ BASH_ENV: printer(scene) }),
    command: () => shell('bash -c true'),
    mark: token,
  },
  {
    name: 'a function of bash',
    variables: (scene) => ({ 'BASH_FUNC_greet%%': `() { echo ${scene.token}; }` }),
    // Not through /bin/sh, which would drop a variable of that name.
    command: () => ['/bin/bash', '-c', 'echo started; greet'],
    mark: token,
  },
  {
    name: 'PYTHONPATH',
    setup: (scene) => {
      mkdirSync(join(scene.outside, 'py'));
      writeFileSync(join(scene.outside, 'py/sitecustomize.py'), `print('${scene.token}')\n`);
    },
    variables: (scene) => ({ PYTHONPATH: join(scene.outside, 'py') }),
    command: () => shell(`${python} -c 0`),
    mark: token,
  },
  {
    name: 'PERL5OPT',
    variables: (scene) => ({ PERL5OPT: `-Mvars=${scene.token}` }),
    command: () => shell('perl -e 1 2>&1; echo "$PERL5OPT"'),
    mark: token,
  },
  {
    name: 'GIT_CONFIG_COUNT',
    setup: initRepository,
    variables: (scene) => ({
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'alias.greet',
      GIT_CONFIG_VALUE_0: `!echo ${scene.token}`,
    }),
    command: () => shell('git greet'),
    mark: token,
  },
  {
    name: 'GIT_CONFIG_GLOBAL',
    setup: initRepository,
    variables: (scene) => {
      const file = join(scene.outside, 'gitconfig');
      writeFileSync(file, `[alias]\n\tgreet = !echo ${scene.token}\n`);
      return { GIT_CONFIG_GLOBAL: file };
    },
    command: () => shell('git greet'),
    mark: token,
  },
  {
    name: 'GIT_EXTERNAL_DIFF',
    setup: (scene) => {
      initRepository(scene);
      writeFileSync(join(scene.workspace, 'README'), 'changed\n');
    },
    variables: (scene) => ({ GIT_EXTERNAL_DIFF: printer(scene) }),
    command: () => shell('git diff'),
    mark: token,
  },
  {
    name: 'GIT_DIR',
    variables: (scene) => ({ GIT_DIR: `/${scene.token}` }),
    command: () => shell('git status 2>&1'),
    mark: token,
  },
  ...[
    'AWS_SECRET_ACCESS_KEY',
    'GITHUB_TOKEN',
    'NPM_TOKEN',
    'SSH_AUTH_SOCK',
    'DATABASE_URL',
    'DOCKER_HOST',
    'MY_PASSWORD',
  ].map(secretVariable),
];

/** Runs a body while this process has more variables: what a run would get by inheritance. */
async function withVariables<T>(added: Readonly<Record<string, string>>, body: () => Promise<T>): Promise<T> {
  const before = Object.fromEntries(Object.keys(added).map((name) => [name, process.env[name]]));
  Object.assign(process.env, added);
  try {
    return await body();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}

describe.each(variables)('environment: $name', ({ variables: added, setup, command, mark }) => {
  let scene: Scene;
  beforeEach(() => {
    scene = createScene();
    setup?.(scene);
  });
  afterEach(() => scene.end());

  it('control: works without a sandbox', async () => {
    const env = { ...scene.env, ...added(scene) };
    const { stdout, stderr } = await runHost(command(scene), { cwd: scene.workspace, env });
    expect(stdout + stderr).toContain(mark(scene));
  });

  for (const profile of restricting) {
    for (const tier of tiers) {
      it(`${profile}, ${tier}: does not pass`, async () => {
        const result = await withVariables(added(scene), () =>
          runSandboxed(scene, command(scene), { profile, tier }),
        );
        expect(result.stdout).toContain('started');
        expect(result.stdout + result.stderr).not.toContain(mark(scene));
      });
    }
  }
});
