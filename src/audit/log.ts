import { resolve } from 'node:path';
import { crypto } from '../builtins.js';
import { AuditError } from '../errors.js';
import { pseudonymKey } from './chain.js';
import { type AuditEvent, type AuditSink } from './event.js';
import { type FileOptions } from './file/options.js';
import { FileSink } from './file/sink.js';
import { machinePlaces } from './redact/machine.js';
import { type Places } from './redact/paths.js';
import { Redactor } from './redact/redactor.js';
import { type Head } from './signature.js';

/** Options of an audit log: a file, or a sink of the caller's own. */
export interface AuditLogOptions extends FileOptions {
  readonly file?: string;
  readonly sink?: AuditSink;
  /** What `[WORKSPACE]` stands for. */
  readonly workspace?: string;
  /** More places and names to remove than this machine's and this user's own. */
  readonly places?: Partial<Places>;
}

/** Records events without private data. */
export interface AuditLog extends AsyncDisposable {
  /** Redacts and records. Throws an `AuditError` when the record could not be written. */
  record(event: AuditEvent): void;
  /** Resolves when everything is on stable storage. */
  flush(): Promise<void>;
  close(): Promise<void>;
  /** Events that could not be recorded so far. */
  readonly lost: number;
  /** The place in the chain, for safekeeping elsewhere; undefined with a sink of the caller's own. */
  readonly head: Head | undefined;
}

class RedactingLog implements AuditLog {
  readonly #sink: AuditSink;
  readonly #file: FileSink | undefined;
  readonly #redactor: Redactor;
  #lost = 0;

  constructor(sink: AuditSink, redactor: Redactor) {
    this.#sink = sink;
    this.#file = sink instanceof FileSink ? sink : undefined;
    this.#redactor = redactor;
  }

  record(event: AuditEvent): void {
    try {
      this.#sink.write(this.#redactor.event(event));
    } catch (error) {
      this.#lost += 1;
      if (error instanceof AuditError) throw error;
      throw new AuditError(
        'ERR_AUDIT_WRITE',
        `The audit sink failed: ${error instanceof Error ? error.message : String(error)}`,
        {
          cause: error,
        },
      );
    }
  }

  async flush(): Promise<void> {
    await this.#sink.flush?.();
  }

  async close(): Promise<void> {
    await this.#sink.close?.();
  }

  get lost(): number {
    return this.#file?.lost ?? this.#lost;
  }

  get head(): Head | undefined {
    return this.#file?.head;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function sinkOf(options: AuditLogOptions): AuditSink {
  const { file, sink } = options;
  if (file !== undefined && sink === undefined) {
    if (file === '' || file.includes('\0')) {
      throw new AuditError(
        'ERR_AUDIT_OPTION',
        'The path of an audit log must not be empty or contain a NUL.',
        { subject: 'file' },
      );
    }
    return new FileSink(resolve(file), options);
  }
  if (sink !== undefined && file === undefined && typeof sink.write === 'function') return sink;
  throw new AuditError(
    'ERR_AUDIT_OPTION',
    'An audit log needs either `file` or `sink`, an object with a `write` method.',
    {
      subject: 'audit',
    },
  );
}

/** Opens an audit log. Throws an `AuditError` when it cannot be written. */
export function openAuditLog(options: AuditLogOptions): AuditLog {
  const machine = machinePlaces(options.workspace);
  const more = options.places ?? {};
  const places: Places = {
    home: [...machine.home, ...(more.home ?? [])],
    workspace: [...machine.workspace, ...(more.workspace ?? [])],
    tmp: [...machine.tmp, ...(more.tmp ?? [])],
    user: [...machine.user, ...(more.user ?? [])],
  };
  // Without a key pseudonyms are equal within this opening of the log only.
  const key = options.key === undefined ? crypto().randomBytes(32) : pseudonymKey(options.key);
  return new RedactingLog(sinkOf(options), new Redactor(places, key));
}
