import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { compileFixture } from './compile.js';

/** The operations of `test/fixtures/fsop.c`. */
export const operations = [
  'read',
  'list',
  'create',
  'write',
  'append',
  'truncate',
  'rename',
  'link',
  'symlink',
  'unlink',
  'mkdir',
  'rmdir',
  'mkfifo',
  'chmod',
  'chown',
  'utimes',
  'xattr',
  'mmap',
  'exec',
] as const;

export type Operation = (typeof operations)[number];

const text = 'before';

/** Puts the files into a directory on which one run of `fsop` works. */
export function preparePlace(folder: string): void {
  mkdirSync(join(folder, 'rmdir'), { recursive: true });
  const files = [
    'read',
    'write',
    'append',
    'truncate',
    'rename',
    'link',
    'unlink',
    'chmod',
    'chown',
    'utimes',
    'xattr',
    'mmap',
  ];
  for (const name of files) writeFileSync(join(folder, name), `${text}\n`, { mode: 0o644 });
  writeFileSync(join(folder, 'exec'), '#!/bin/sh\necho executed\n');
  chmodSync(join(folder, 'exec'), 0o755);
}

/** What a program printed about one operation. */
export interface Attempt {
  readonly errno: number;
  readonly detail: string;
}

/** Reads the output of `fsop`: by place, then by operation. */
export function parseAttempts(output: string): ReadonlyMap<string, Attempt> {
  const attempts = new Map<string, Attempt>();
  for (const line of output.split('\n')) {
    const found = /^(\d+) (\w+) (\d+) ?(.*)$/.exec(line);
    if (found !== null)
      attempts.set(`${found[1]!} ${found[2]!}`, { errno: Number(found[3]), detail: found[4]! });
  }
  return attempts;
}

/** What a place looked like before a run: the change time of the file whose owner is set. */
export function changeTime(folder: string): bigint {
  return statSync(join(folder, 'chown'), { bigint: true }).ctimeNs;
}

function present(folder: string, name: string): boolean {
  return lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined;
}

function content(folder: string, name: string): string {
  return present(folder, name) ? readFileSync(join(folder, name), 'utf8') : '';
}

function attribute(file: string): string {
  return spawnSync(compileFixture('fsop.c'), ['--xattr', file], { encoding: 'utf8' }).stdout;
}

type Effect = (folder: string, attempt: Attempt, chownBefore: bigint) => boolean;

/** Whether an operation has happened, as seen from outside after the run; reading shows in what the program could print. */
export const effects: Readonly<Record<Operation, Effect>> = {
  read: (_folder, attempt) => attempt.detail === text,
  list: (_folder, attempt) => attempt.detail === 'seen',
  exec: (_folder, attempt) => attempt.detail === 'executed',
  create: (folder) => present(folder, 'create'),
  write: (folder) => content(folder, 'write').startsWith('changed'),
  append: (folder) => content(folder, 'append').endsWith('changed'),
  truncate: (folder) => content(folder, 'truncate') === '',
  rename: (folder) => present(folder, 'renamed') || !present(folder, 'rename'),
  link: (folder) => present(folder, 'linked'),
  symlink: (folder) => present(folder, 'symlink'),
  unlink: (folder) => !present(folder, 'unlink'),
  mkdir: (folder) => present(folder, 'mkdir'),
  rmdir: (folder) => !present(folder, 'rmdir'),
  mkfifo: (folder) => present(folder, 'mkfifo'),
  chmod: (folder) => (statSync(join(folder, 'chmod')).mode & 0o777) === 0o604,
  chown: (folder, _attempt, before) => changeTime(folder) !== before,
  utimes: (folder) => statSync(join(folder, 'utimes')).mtimeMs === 1_000_000,
  xattr: (folder) => attribute(join(folder, 'xattr')).startsWith('changed'),
  mmap: (folder) => content(folder, 'mmap').startsWith('changed'),
};
