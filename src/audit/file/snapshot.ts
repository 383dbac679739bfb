import { existsSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { files as fileSystem } from '../../builtins.js';
import { AuditError } from '../../errors.js';
import { type Line, linesOf, readLines } from './lines.js';
import { rotatedFiles } from './rotation.js';

/** The files of a log, oldest first. */
export function logFiles(path: string): string[] {
  const files = [...rotatedFiles(path), ...(existsSync(path) ? [path] : [])];
  if (files.length > 0) return files;
  throw new AuditError('ERR_AUDIT_FILE', `There is no audit log at ${path}.`, { subject: path });
}

async function openActive(path: string): Promise<FileHandle | undefined> {
  try {
    return await fileSystem().open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The files of a log as they were at one moment, to be read as often as needed, whoever rotates it meanwhile. */
export class LogSnapshot implements AsyncDisposable {
  /** Oldest first. */
  readonly files: readonly string[];
  readonly #path: string;
  readonly #active: FileHandle | undefined;

  private constructor(path: string, active: FileHandle | undefined, files: readonly string[]) {
    this.#path = path;
    this.#active = active;
    this.files = files;
  }

  static async open(path: string): Promise<LogSnapshot> {
    // The active file is the one that changes its name, so it is held before the others are listed.
    const active = await openActive(path);
    try {
      const rotated = rotatedFiles(path);
      const ino = (await active?.stat())?.ino;
      const isListed = rotated.some((file) => statSync(file, { throwIfNoEntry: false })?.ino === ino);
      const files = active === undefined || isListed ? rotated : [...rotated, path];
      // Says that there is none.
      return new LogSnapshot(path, active, files.length > 0 ? files : logFiles(path));
    } catch (error) {
      await active?.close();
      throw error;
    }
  }

  lines(file: string): AsyncGenerator<Line> {
    return file === this.#path && this.#active !== undefined ? linesOf(this.#active) : readLines(file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#active?.close();
  }
}
