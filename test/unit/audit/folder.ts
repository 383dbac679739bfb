import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type AuditEvent, type AuditRecord } from '../../../src/audit/event.js';
import { type AuditLog, type AuditLogOptions, openAuditLog } from '../../../src/audit/log.js';

export interface Folder {
  /** A folder of the test's own, removed after it. */
  readonly path: string;
  readonly log: string;
  /** Opens the log of this folder; closed after the test. */
  open(options?: AuditLogOptions): AuditLog;
  /** Closes what it opened. */
  close(): Promise<void>;
  lines(file?: string): string[];
  records(file?: string): AuditRecord[];
  append(text: string): void;
}

export function useFolder(): Folder {
  let path = '';
  let logs: AuditLog[] = [];
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'moated-audit-'));
  });
  afterEach(async () => {
    await folder.close();
    rmSync(path, { recursive: true, force: true });
  });
  const folder: Folder = {
    get path() {
      return path;
    },
    get log() {
      return join(path, 'audit.jsonl');
    },
    open(options = {}) {
      const log = openAuditLog({ file: folder.log, ...options });
      logs.push(log);
      return log;
    },
    async close() {
      for (const log of logs) await log.close();
      logs = [];
    },
    lines: (file = folder.log) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    records: (file) => folder.lines(file).map((line) => JSON.parse(line) as AuditRecord),
    append: (text) => {
      appendFileSync(folder.log, text);
    },
  };
  return folder;
}

export const event = (target = '/usr/bin/true', more: Partial<AuditEvent> = {}): AuditEvent => ({
  operation: 'command_exec',
  target,
  decision: 'allowed',
  ...more,
});
