import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testScratch } from './compile.js';

/** A fresh tree of directories for one run, and a text that occurs nowhere else on the machine. */
export interface Scene {
  readonly base: string;
  readonly home: string;
  readonly workspace: string;
  /** A directory beside the workspace that no profile may write. */
  readonly outside: string;
  /** An existing file in `outside`. Its content is `original`. */
  readonly target: string;
  /** A credential file in the home directory. Its content is `secret`. */
  readonly credential: string;
  readonly secret: string;
  readonly token: string;
  /** The environment of programs that run without a sandbox. */
  readonly env: Readonly<Record<string, string>>;
  /** Notes something to be undone when the scene ends; the last one is undone first. */
  readonly onEnd: (undo: () => void | Promise<void>) => void;
  readonly end: () => Promise<void>;
}

/** Content of `Scene.target` before anything ran. */
export const original = 'original\n';

export function createScene(): Scene {
  const base = realpathSync(mkdtempSync(join(testScratch, 'moated-scene-')));
  const token = `token-${randomBytes(9).toString('hex')}`;
  const secret = `secret-${randomBytes(9).toString('hex')}`;
  const at = (...parts: readonly string[]): string => join(base, ...parts);
  for (const folder of ['home/.ssh', 'workspace', 'outside']) mkdirSync(at(folder), { recursive: true });
  writeFileSync(at('home/.ssh/id_rsa'), `${secret}\n`, { mode: 0o600 });
  writeFileSync(at('outside/target'), original);
  const undo: (() => void | Promise<void>)[] = [];
  return {
    base,
    home: at('home'),
    workspace: at('workspace'),
    outside: at('outside'),
    target: at('outside/target'),
    credential: at('home/.ssh/id_rsa'),
    secret,
    token,
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: at('home'),
      LANG: 'C.UTF-8',
      GIT_AUTHOR_NAME: 'Test',
      GIT_AUTHOR_EMAIL: 'test@example.invalid',
      GIT_COMMITTER_NAME: 'Test',
      GIT_COMMITTER_EMAIL: 'test@example.invalid',
    },
    onEnd: (step) => undo.push(step),
    end: async () => {
      for (const step of undo.reverse()) await step();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** Runs a program of the host to its end and returns what it printed; throws when it fails. */
export function host(scene: Scene, argv: readonly string[], cwd = scene.workspace): string {
  return execFileSync(argv[0]!, argv.slice(1), {
    cwd,
    env: scene.env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Makes the workspace a git repository with one commit. */
export function initRepository(scene: Scene, folder = scene.workspace): void {
  mkdirSync(folder, { recursive: true });
  host(scene, ['git', 'init', '-q', '-b', 'main'], folder);
  writeFileSync(join(folder, 'README'), 'text\n');
  host(scene, ['git', 'add', 'README'], folder);
  host(scene, ['git', 'commit', '-q', '-m', 'first'], folder);
}
