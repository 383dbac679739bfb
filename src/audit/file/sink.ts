import type { KeyObject } from 'node:crypto';
import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { crypto } from '../../builtins.js';
import { AuditError } from '../../errors.js';
import { type Chain, chainOf, noHash } from '../chain.js';
import { type AuditSink, type RedactedEvent } from '../event.js';
import { Losses, type Note, noteEvent } from '../notes.js';
import { encode } from '../record.js';
import { type Head, signHead, signingKey } from '../signature.js';
import { LogHandle } from './handle.js';
import { checkFileOptions, type FileOptions } from './options.js';
import { rotatedFiles } from './rotation.js';

const defaultBytes = 64 * 1024 * 1024;
const defaultSignEvery = 1000;

/**
 * A log file that several processes may write at once. Each opening is a writer with a hash chain of its own, so that no lock is needed
 * that a killed process could leave behind; `after` ties the chains together. When `write` returns the kernel has the record: killing
 * the process loses nothing.
 */
export class FileSink implements AuditSink {
  readonly #handle: LogHandle;
  readonly #options: FileOptions;
  readonly #chain: Chain;
  readonly #sign: KeyObject | undefined;
  readonly #writer = crypto().randomBytes(8).toString('hex');
  readonly #losses = new Losses();
  #notes: Note[] = [];
  #seq = 0;
  #hash = noHash;
  #anchor: string | undefined;
  #closed = false;

  constructor(path: string, options: FileOptions = {}) {
    checkFileOptions(options);
    this.#options = options;
    this.#chain = chainOf(options.key);
    this.#sign = options.sign === undefined ? undefined : signingKey(options.sign);
    this.#handle = new LogHandle(path);
  }

  get head(): Head {
    return { writer: this.#writer, records: this.#seq, hash: this.#hash };
  }

  /** Records that could not be written. */
  get lost(): number {
    return this.#losses.total;
  }

  write(event: RedactedEvent): void {
    try {
      if (this.#closed) throw Object.assign(new Error('the log was closed'), { code: 'closed' });
      this.#prepare(event.timestamp);
      this.#append(event);
    } catch (error) {
      throw this.#lose(event.timestamp, error);
    }
    this.#signWhenDue(event.timestamp);
  }

  #lose(timestamp: string, error: unknown): AuditError {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    this.#losses.add(timestamp, code);
    if (error instanceof AuditError) return error;
    const full = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : (error as Error).message;
    return new AuditError('ERR_AUDIT_WRITE', `Cannot write to the audit log ${this.#handle.path}: ${full}.`, {
      subject: this.#handle.path,
      cause: error,
    });
  }

  /** Everything that has to be in the log before the next event. A note that cannot be written is tried again with the next one. */
  #prepare(timestamp: string): void {
    const now = Date.now();
    const state = this.#handle.check(now);
    if (state !== 'same') this.#notes.push(this.#reopened(state));
    if (this.#isFull(now)) this.#rotate();
    for (let note = this.#notes[0]; note !== undefined; note = this.#notes[0]) {
      this.#append(noteEvent(note, timestamp));
      this.#notes.shift();
    }
    const loss = this.#losses.pending();
    if (loss !== undefined) {
      this.#append(noteEvent(loss, timestamp));
      this.#losses.noted();
    }
    if (this.#seq === 0 && this.#sign !== undefined) this.#append(this.#signedHead(timestamp, 'head'));
  }

  #reopened(how: 'moved' | 'deleted'): Note {
    return {
      kind: 'reopened',
      reason:
        how === 'moved'
          ? 'the log was moved away while it was open'
          : 'the log was deleted while it was open',
      details: { previousRecords: this.#seq },
    };
  }

  #isFull(now: number): boolean {
    const { bytes = defaultBytes, ageMs = Infinity } = this.#options.rotate ?? {};
    return this.#handle.size > 0 && (this.#handle.size >= bytes || now - this.#handle.born >= ageMs);
  }

  #rotate(): void {
    // The first record of the new file is tied to the last of the old one, whoever wrote that.
    this.#anchor = this.#handle.others().hash;
    const name = this.#handle.rotate();
    if (name === undefined) return;
    this.#notes.push({ kind: 'rotated', details: { from: basename(name) } });
    const { keep } = this.#options.rotate ?? {};
    if (keep === undefined) return;
    for (const old of rotatedFiles(this.#handle.path).slice(0, -keep)) {
      // Another process may have removed it already.
      rmSync(old, { force: true });
      this.#notes.push({ kind: 'removed', details: { file: basename(old) } });
    }
  }

  #append(event: RedactedEvent): void {
    const { hash, ended, torn } = this.#handle.others();
    const last = hash ?? this.#anchor;
    const after = last === this.#hash ? undefined : last;
    const place = { writer: this.#writer, seq: this.#seq, after, prev: this.#hash };
    const encoded = encode(event, place, this.#chain);
    // The newline closes off what somebody could not finish.
    this.#handle.append(ended ? encoded.line : `\n${encoded.line}`);
    this.#anchor = undefined;
    this.#hash = encoded.hash;
    this.#seq += 1;
    if (this.#options.fsync === true) this.#handle.syncNow();
    if (torn === undefined) return;
    const reason = 'an unfinished record at the end was closed off';
    this.#notes.push({ kind: 'recovered', reason, details: { offset: torn.at, bytes: torn.bytes } });
  }

  #signedHead(timestamp: string, kind: 'head' | 'closed'): RedactedEvent {
    const details = this.#sign === undefined ? undefined : { signature: signHead(this.head, this.#sign) };
    return noteEvent({ kind, ...(details === undefined ? {} : { details }) }, timestamp);
  }

  #signWhenDue(timestamp: string): void {
    if (this.#sign === undefined || this.#seq % (this.#options.signEvery ?? defaultSignEvery) !== 0) return;
    this.#writeHead(timestamp, 'head');
  }

  /** Nobody waits for a head: one that cannot be written is counted like an event. */
  #writeHead(timestamp: string, kind: 'head' | 'closed'): void {
    try {
      this.#prepare(timestamp);
      this.#append(this.#signedHead(timestamp, kind));
    } catch (error) {
      this.#lose(timestamp, error);
    }
  }

  async flush(): Promise<void> {
    if (!this.#closed) await this.#handle.sync();
  }

  /** Says in the log that this writer ended in order. What was written survives the process, but not yet the machine: see `flush`. */
  close(): Promise<void> {
    if (!this.#closed) {
      if (this.#seq > 0 || this.#losses.pending() !== undefined) {
        this.#writeHead(new Date().toISOString(), 'closed');
      }
      this.#closed = true;
      this.#handle.close();
    }
    return Promise.resolve();
  }
}
