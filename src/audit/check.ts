import type { KeyObject } from 'node:crypto';
import { AuditError } from '../errors.js';
import { type Chain, noHash } from './chain.js';
import { type AuditRecord } from './event.js';
import { type Finding, type Verification } from './finding.js';
import { type Piece, placeOfTorn } from './pieces.js';
import { hashedPart } from './record.js';
import { type Head, headIsSigned } from './signature.js';

interface Where {
  readonly file: string;
  readonly line: number;
}

interface Writer {
  seq: number;
  hash: string;
  closed: boolean;
  signedTo: number;
  last: Where;
}

interface Expectations {
  readonly files: readonly string[];
  readonly publicKey: KeyObject | undefined;
  readonly heads: readonly Head[];
  readonly complete: boolean;
}

/** Follows the chains of all writers through a log. */
export class ChainChecker {
  readonly #chain: Chain;
  readonly #expect: Expectations;
  readonly #writers = new Map<string, Writer>();
  readonly #hashes = new Set<string>();
  readonly #torn = new Map<string, Where>();
  readonly #problems: Finding[] = [];
  readonly #notes: Finding[] = [];
  readonly #heads: Map<string, Head>;
  #records = 0;
  /** The last line of the file that is read. */
  #lines = 0;

  constructor(chain: Chain, expect: Expectations) {
    this.#chain = chain;
    this.#expect = expect;
    this.#heads = new Map(expect.heads.map((head) => [`${head.writer} ${head.records}`, head]));
  }

  add(piece: Piece, where: Where): void {
    this.#lines = where.line;
    if (piece.kind === 'foreign') this.#problem(where, 'this is no record');
    else if (piece.kind === 'torn') this.#addTorn(piece.bytes, where);
    else this.#addRecord(piece.record, piece.bytes, where);
  }

  #problem({ file, line }: Where, what: string): void {
    this.#problems.push({ file, line, what });
  }

  #note({ file, line }: Where, what: string): void {
    this.#notes.push({ file, line, what });
  }

  #addTorn(bytes: Buffer, where: Where): void {
    const place = placeOfTorn(bytes);
    if (place !== undefined) this.#torn.set(`${place.writer} ${place.seq}`, where);
    this.#note(where, `an unfinished record of ${bytes.length} bytes: its writer was stopped while it wrote`);
  }

  #addRecord(record: AuditRecord, bytes: Buffer, where: Where): void {
    this.#requireKey(record);
    this.#records += 1;
    this.#hashes.add(record.hash);
    const name = `record ${record.seq} of writer ${record.writer}`;
    if (this.#chain.keyId !== record.keyId) this.#problem(where, `${name} is not made with the key`);
    else if (this.#chain.digest(hashedPart(bytes)) !== record.hash) {
      this.#problem(where, `${name} was changed: its hash does not fit its content`);
    }
    if (record.after !== undefined && !this.#hashes.has(record.after) && this.#expect.complete) {
      this.#problem(where, `${name} follows a record that is not here: it was removed or changed`);
    }
    this.#follow(record, where, name);
    this.#checkHead(record, where, name);
  }

  #requireKey({ keyId }: AuditRecord): void {
    if (keyId === undefined || this.#chain.keyId !== undefined) return;
    throw new AuditError(
      'ERR_AUDIT_OPTION',
      `This log was written with the key ${keyId.slice(0, 16)}. Pass it to verify.`,
      {
        subject: 'key',
      },
    );
  }

  #follow(record: AuditRecord, where: Where, name: string): void {
    const writer = this.#writers.get(record.writer);
    const { seq, hash, prev } = record;
    if (writer === undefined) this.#begin(record, where, name);
    else if (seq === writer.seq + 1) {
      if (prev !== writer.hash)
        this.#problem(where, `${name} does not follow the record before it, which was changed`);
    } else if (seq <= writer.seq) {
      this.#problem(where, `${name} is there twice or out of order`);
      return;
    } else {
      this.#reportGap(record, writer.seq, where);
    }
    this.#writers.set(record.writer, {
      seq,
      hash,
      closed: record.operation === 'audit_log' && record.target === 'closed',
      signedTo: writer?.signedTo ?? -1,
      last: where,
    });
  }

  #begin(record: AuditRecord, where: Where, name: string): void {
    if (record.seq === 0) {
      if (record.prev !== noHash) this.#problem(where, `${name} does not begin its chain`);
      return;
    }
    const reopened = record.operation === 'audit_log' && record.target === 'reopened';
    if (reopened || !this.#expect.complete) {
      this.#note(
        where,
        `writer ${record.writer} begins with record ${record.seq}: the earlier ones are in a file that is not here`,
      );
    } else this.#reportGap(record, -1, where);
  }

  /** Points at the torn line when the first missing record is one: a writer that goes on was not stopped there. */
  #reportGap({ writer, seq }: AuditRecord, last: number, where: Where): void {
    const torn = this.#torn.get(`${writer} ${last + 1}`);
    if (torn !== undefined) this.#problem(torn, `record ${last + 1} of writer ${writer} was cut short`);
    const missing = seq - last - 1;
    const what = missing === 1 ? `record ${last + 1}` : `records ${last + 1} to ${seq - 1}`;
    this.#problem(
      where,
      `${what} of writer ${writer} should be before this and ${missing === 1 ? 'is' : 'are'} not here`,
    );
  }

  #checkHead(record: AuditRecord, where: Where, name: string): void {
    const key = `${record.writer} ${record.seq + 1}`;
    const kept = this.#heads.get(key);
    if (kept !== undefined) {
      this.#heads.delete(key);
      if (kept.hash !== record.hash) this.#problem(where, `${name} is not the one of the head that was kept`);
    }
    const { publicKey } = this.#expect;
    const signature = record.details?.['signature'];
    if (publicKey === undefined || record.operation !== 'audit_log' || typeof signature !== 'string') return;
    const head = { writer: record.writer, records: record.seq, hash: record.prev };
    if (!headIsSigned(head, signature, publicKey))
      this.#problem(where, `the signature of ${name} is not of this key`);
    else {
      const writer = this.#writers.get(record.writer);
      if (writer !== undefined) writer.signedTo = record.seq;
    }
  }

  #order({ file }: Finding): number {
    return this.#expect.files.indexOf(file);
  }

  finish(): Omit<Verification, 'files'> {
    const end: Where = { file: this.#expect.files.at(-1) ?? '', line: this.#lines + 1 };
    for (const [id, writer] of this.#writers) {
      if (!writer.closed)
        this.#note(writer.last, `writer ${id} is still writing or was stopped after record ${writer.seq}`);
      if (this.#expect.publicKey === undefined) continue;
      if (writer.signedTo < 0) this.#problem(writer.last, `nothing of writer ${id} is signed`);
      else if (writer.signedTo < writer.seq) {
        this.#note(
          writer.last,
          `records ${writer.signedTo + 1} to ${writer.seq} of writer ${id} are not signed yet`,
        );
      }
    }
    for (const { writer, records } of this.#heads.values()) {
      this.#problem(
        end,
        `the log ends before record ${records - 1} of writer ${writer}, of which a head was kept`,
      );
    }
    // That a record was cut short is known only when its writer goes on.
    this.#problems.sort((a, b) => {
      const files = this.#order(a) - this.#order(b);
      return files === 0 ? a.line - b.line : files;
    });
    return {
      ok: this.#problems.length === 0,
      records: this.#records,
      writers: this.#writers.size,
      problems: this.#problems,
      notes: this.#notes,
    };
  }
}
