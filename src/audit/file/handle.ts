import { closeSync, fdatasync, fdatasyncSync, fstatSync, readSync, statSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { type OpenFile, openLog } from './open.js';
import { putAside, rotatedFiles } from './rotation.js';
import { readTail, type Tail } from './tail.js';

const sync = promisify(fdatasync);

/** How long, in milliseconds, the name is trusted to still be that of the open file. The file itself is looked at every millisecond. */
const trust = 10;

type News = Omit<Tail, 'size'>;

const oneByte = new Uint8Array(1);
const nothingNew: News = { hash: undefined, ended: true, torn: undefined };

/** The file behind a log's name: opened, watched, put aside, and appended to with one write at a time. */
export class LogHandle {
  readonly path: string;
  #open: OpenFile;
  #checked: number;
  #looked = 0;
  /** Where our last write ended, or -1 when that is not known. */
  #end = -1;
  #size = 0;
  /** The size was asked for by the record that is written now. */
  #sized = false;
  /** The size at which the end was found to be torn: on a full disk it stays so. */
  #torn = -1;

  constructor(path: string) {
    this.path = path;
    this.#open = openLog(path);
    this.#checked = Date.now();
  }

  get size(): number {
    return this.#size;
  }

  get born(): number {
    return this.#open.born;
  }

  /**
   * Looks whether the name still leads to the open file. When another process rotated the log this goes over to the new file; when
   * somebody moved it away or deleted it, too, and says so.
   */
  check(now: number): 'same' | 'moved' | 'deleted' {
    this.#sized = false;
    if (now === this.#looked && this.#end >= 0) return 'same';
    const { nlink, size } = fstatSync(this.#open.fd);
    this.#size = size;
    this.#sized = true;
    const fresh = now >= this.#checked && now - this.#checked < trust;
    if (nlink > 0 && fresh) {
      this.#looked = now;
      return 'same';
    }
    if (nlink > 0 && this.#isAt(this.path)) {
      this.#checked = this.#looked = now;
      return 'same';
    }
    const why =
      nlink === 0 ? 'deleted' : rotatedFiles(this.path).some((file) => this.#isAt(file)) ? 'same' : 'moved';
    this.#reopen();
    this.#checked = this.#looked = now;
    return why;
  }

  #isAt(path: string): boolean {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.ino === this.#open.ino && stats.dev === this.#open.dev;
  }

  #reopen(): void {
    const next = openLog(this.path);
    closeSync(this.#open.fd);
    this.#open = next;
    this.#end = -1;
    this.#size = fstatSync(next.fd).size;
  }

  /** What others have left at the end since our last write. */
  others(): News {
    // Asking for a byte behind our last write is a fraction of the cost of fstat.
    if (this.#size === this.#end && (this.#sized || readSync(this.#open.fd, oneByte, 0, 1, this.#end) === 0))
      return nothingNew;
    this.#size = fstatSync(this.#open.fd).size;
    const tail = readTail(this.#open.fd, this.#size, this.#torn);
    this.#torn = tail.torn === undefined ? -1 : tail.size;
    this.#size = tail.size;
    return tail;
  }

  /** Puts the file aside and goes over to a new one; undefined when somebody else was faster. */
  rotate(): string | undefined {
    const name = putAside(this.path, (path) => this.#isAt(path));
    this.#reopen();
    return name;
  }

  /** Appends with one write. A part that was written before an error is closed off by the next writer. */
  append(text: string): void {
    const bytes = Buffer.byteLength(text);
    let written: number;
    this.#sized = false;
    try {
      written = writeSync(this.#open.fd, text);
    } catch (error) {
      this.#end = -1;
      throw error;
    }
    if (written < bytes) {
      this.#end = -1;
      throw Object.assign(new Error(`only ${written} of ${bytes} bytes were written`), {
        code: 'ENOSPC',
      });
    }
    this.#end = this.#size + written;
    this.#size = this.#end;
  }

  syncNow(): void {
    fdatasyncSync(this.#open.fd);
  }

  async sync(): Promise<void> {
    await sync(this.#open.fd);
  }

  close(): void {
    closeSync(this.#open.fd);
  }
}
