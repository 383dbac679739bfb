import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';

import { readAuditLog, renderAuditReport, showAuditText, verifyAuditLog } from '../audit_log.js';
import { type Options } from './arguments.js';
import { type Terminal } from './terminal.js';
import { UsageError } from './usage_error.js';
import { keyOptions, keysOf, parseFile } from './audit_file.js';
import { filterOf, filterOptions } from './audit_filters.js';

export const reportOptions: Options = {
  out: { type: 'string', short: 'o', value: 'FILE', help: 'where the page goes; standard output by default' },
  ...keyOptions,
  ...filterOptions,
};

/** `moated audit report`: one HTML page that loads nothing. Ends with 1 when the log was tampered with; the page says so. */
export async function reportMain(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parseFile(args, reportOptions, terminal.env);
  const verification = await verifyAuditLog(parsed.file, keysOf(parsed));
  const title = `Audit report: ${showAuditText(basename(parsed.file), {})}`;
  const page = await renderAuditReport(readAuditLog(parsed.file, filterOf(parsed)), { title, verification });
  const out = parsed.text('out');
  if (out === undefined) terminal.stdout.write(page);
  else {
    try {
      // The page says what the log says, so it is as private.
      writeFileSync(out, page, { mode: 0o600 });
    } catch (error) {
      throw new UsageError(`Cannot write ${out}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return verification.ok ? 0 : 1;
}
