import { readAuditLog, toOcsf, toOtlp } from '../audit_log.js';
import { type Options } from './arguments.js';
import { type Terminal } from './terminal.js';
import { UsageError } from './usage_error.js';
import { parseFile } from './audit_file.js';
import { filterOf, filterOptions } from './audit_filters.js';
import { untilInterrupted, writeLine } from './audit_output.js';

export const exportOptions: Options = {
  ocsf: { type: 'boolean', help: 'events of the Open Cybersecurity Schema Framework, one line of JSON each' },
  otel: { type: 'boolean', help: 'OpenTelemetry log records, one line of OTLP/JSON each' },
  ...filterOptions,
  follow: { type: 'boolean', short: 'f', help: 'go on with new records as they come' },
};

/** `moated audit export`. */
export async function exportMain(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parseFile(args, exportOptions, terminal.env);
  if (parsed.flag('ocsf') === parsed.flag('otel')) throw new UsageError('Choose one form: --ocsf or --otel.');
  const convert = parsed.flag('ocsf') ? toOcsf : toOtlp;
  const { signal, done } = untilInterrupted(terminal);
  try {
    const records = readAuditLog(parsed.file, { ...filterOf(parsed), follow: parsed.flag('follow'), signal });
    for await (const record of records) {
      if (!(await writeLine(terminal, JSON.stringify(convert(record))))) break;
    }
  } finally {
    done();
  }
  return 0;
}
