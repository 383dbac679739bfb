import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogTools } from '../../src/run/denials/log_stream.js';
import { entry, report } from '../unit/run/denials/entries.js';

/** How the played kernel answers a beacon. */
export type Kernel = 'logs' | 'logs no tags' | 'tells nobody';

/**
 * The two tools of macOS that read and fill the kernel's log, played by shell scripts: the log is a file, `log stream` follows it, and
 * `sandbox-exec` writes what the kernel would write for the refusal that a beacon is. What a Mac does is not shown by this.
 */
export class PlayedLog {
  readonly folder = mkdtempSync(join(tmpdir(), 'moated-log-'));
  readonly tools: LogTools = {
    log: join(this.folder, 'log'),
    sandboxExec: join(this.folder, 'sandbox-exec'),
  };
  readonly #kernel = join(this.folder, 'kernel');
  readonly #pids = join(this.folder, 'pids');

  constructor(kernel: Kernel = 'logs') {
    writeFileSync(this.#kernel, '');
    this.#script(
      this.tools.log,
      `echo $$ >> '${this.#pids}'`,
      `[ "$1 $2 $3" = 'stream --style ndjson' ] || exit 64`,
      ...(kernel === 'tells nobody'
        ? [`echo "log: Must be admin to run 'stream' command" >&2`, 'exit 77']
        : []),
      'echo "Filtering the log data using \\"$5\\""',
      `exec tail -n 0 -f '${this.#kernel}'`,
    );
    const refusal = report('cat', 'file-read-data', '/private/etc/hosts');
    const [before, after] = entry(kernel === 'logs' ? `${refusal}\nTAG` : refusal).split('TAG');
    this.#script(
      this.tools.sandboxExec,
      `[ "$1 $3" = '-D -p' ] || exit 64`,
      after === undefined
        ? `printf '%s\\n' '${before ?? ''}' >> '${this.#kernel}'`
        : `printf '%s%s%s\\n' '${before ?? ''}' "\${2#TAG=}" '${after}' >> '${this.#kernel}'`,
    );
  }

  #script(file: string, ...lines: readonly string[]): void {
    writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  }

  /** The kernel logs something. */
  says(text: string): void {
    appendFileSync(this.#kernel, `${text}\n`);
  }

  /** The processes that were started as `log`. */
  readers(): readonly number[] {
    if (!existsSync(this.#pids)) return [];
    return readFileSync(this.#pids, 'utf8').trim().split('\n').map(Number);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
