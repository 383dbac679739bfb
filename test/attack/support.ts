import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { compileFixture } from '../helpers/compile.js';
import { processesWith, type Outcome } from '../helpers/processes.js';
import { type Scene } from '../helpers/scene.js';
import { startMark, type Need } from './harness.js';

/** A shell script as an attack. `$1` and so on are the arguments. */
export function shell(script: string, ...args: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', `echo ${startMark}\n${script}`, 'sh', ...args];
}

/** One attack of a C file in `test/fixtures/attack`. */
export function program(
  family: string,
  name: string,
  ...args: readonly (string | number)[]
): readonly string[] {
  return [compileFixture(`attack/${family}.c`), name, ...args.map(String)];
}

/** Content of a file, or the empty string when it cannot be read. */
export function content(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** True for anything at a path, a dangling symbolic link too. */
export function present(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Effect: a file of the host carries the scene's token. */
export function wrote(path: (scene: Scene) => string): (scene: Scene) => boolean {
  return (scene) => content(path(scene)).includes(scene.token);
}

/** Effect: what the program printed carries the content of the credential file. */
export function leaked(scene: Scene, outcome: Outcome): boolean {
  return `${outcome.stdout}${outcome.stderr}`.includes(scene.secret);
}

/** Effect for calls that leave no other trace: the kernel accepted the call. Attack programs print its error number last. */
export function accepted(_scene: Scene, outcome: Outcome): boolean {
  return /^done 0$/m.test(outcome.stdout);
}

export const isRoot = process.getuid?.() === 0;

/** For attacks whose control only the superuser can do. */
export const needsRoot: Need = {
  feature: 'root',
  available: isRoot,
  reason: 'the control of this attack needs the superuser',
};

/** For attacks that are spelled in the instruction set of one processor. */
export const needsX64: Need = {
  feature: 'x64',
  available: process.arch === 'x64',
  reason: 'foreign system call entries are tried on x86-64 only',
};

/** Needs a file of the machine. */
export function needsFile(path: string): Need {
  return { feature: path, available: existsSync(path), reason: `there is no ${path} here` };
}

/** Needs something that an attack program must be able to do without a sandbox. */
export function need(feature: string, available: boolean, reason: string): Need {
  return { feature, available, reason };
}

/** True when a program succeeds without a sandbox: whether the machine has what an attack is about. */
export function hostCan(argv: readonly string[]): boolean {
  return spawnSync(argv[0]!, argv.slice(1), { stdio: 'ignore' }).status === 0;
}

/** How many processes run a compiled attack family with a text in their arguments; a host process that only names it does not count. */
export function startedCount(family: string, token: string): number {
  const binary = compileFixture(`attack/${family}.c`);
  return processesWith(token).filter((pid) => content(`/proc/${pid}/cmdline`).startsWith(binary)).length;
}
