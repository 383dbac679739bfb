import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type AuditRecord } from '../../src/audit/event.js';
import { logFiles } from '../../src/audit/file/snapshot.js';
import { verifyAuditLog } from '../../src/audit/verify.js';
import { type Verification } from '../../src/audit/finding.js';
import { transpiledPackage } from '../helpers/transpiled.js';

const fixture = fileURLToPath(new URL('../fixtures/audit_writer.mjs', import.meta.url));

export function makeFolder(): { readonly path: string; readonly log: string; remove: () => void } {
  const path = mkdtempSync('/var/tmp/moated-audit-');
  return {
    path,
    log: join(path, 'audit.jsonl'),
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export interface WriterOptions {
  readonly log: string;
  readonly name: string;
  readonly records: number;
  readonly rotateBytes?: number;
  /** The kernel stops writes beyond this size in the middle of a record. */
  readonly fileSize?: number;
}

/** A process that writes records. */
export class Writer {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly ended: Promise<unknown>;
  /** Resolves when the first record is there. */
  readonly begun: Promise<unknown>;
  #said = '';
  /** What it wrote to stderr. */
  complaints = '';

  constructor({ log, name, records, rotateBytes = 1 << 30, fileSize }: WriterOptions) {
    const module = join(dirname(transpiledPackage()), 'audit/log.js');
    const args = [fixture, module, log, name, String(records), String(rotateBytes)];
    const limit = fileSize === undefined ? [] : ['prlimit', `--fsize=${fileSize}`, '--core=0'];
    const [file = '', ...rest] = [...limit, process.execPath, ...args];
    this.name = name;
    this.#child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.#said += chunk.toString()));
    this.ended = once(this.#child, 'close');
    this.begun = Promise.race([once(this.#child.stdout!, 'data'), this.ended]);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Holds it up, wherever it is. */
  async pause(ms: number): Promise<void> {
    this.#child.kill('SIGSTOP');
    await sleep(ms);
    this.#child.kill('SIGCONT');
  }

  /** Records of which it said that they are there. */
  get acknowledged(): number {
    return this.#said.split('\n').length - 1;
  }
}

/** Every record of a log, the lines that are not whole left out. */
export function recordsOf(log: string): AuditRecord[] {
  return recordsIn(logFiles(log));
}

function recordsIn(files: readonly string[]): AuditRecord[] {
  return files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => line.split(/(?=\{"v":1,"writer":")/))
      .flatMap((line) => {
        try {
          return [JSON.parse(line) as AuditRecord];
        } catch {
          return [];
        }
      }),
  );
}

/** Checks that the log verifies and holds every acknowledged record once, in order, and no other. */
export async function expectNothingLost(log: string, writers: readonly Writer[]): Promise<Verification> {
  const result = await verifyAuditLog(log);
  expect(result.problems).toEqual([]);
  const found = new Map<string, number[]>();
  for (const { operation, target } of recordsIn(result.files)) {
    if (operation === 'audit_log') continue;
    const [name = '', number = ''] = target.split(' ');
    found.set(name, [...(found.get(name) ?? []), Number(number)]);
  }
  for (const { name, acknowledged } of writers) {
    const numbers = found.get(name) ?? [];
    expect(numbers, name).toEqual(numbers.map((_, index) => index));
    expect(numbers.length, name).toBeGreaterThanOrEqual(acknowledged);
    // One may have been written without being acknowledged any more.
    expect(numbers.length, name).toBeLessThanOrEqual(acknowledged + 1);
    found.delete(name);
  }
  expect([...found.keys()]).toEqual([]);
  return result;
}
