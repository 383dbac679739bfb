import { type AuditRecord, readAuditLog, showAuditText } from '../audit_log.js';
import { type Options } from './arguments.js';
import { paint, type Terminal } from './terminal.js';
import { parseFile } from './audit_file.js';
import { filterOf, filterOptions } from './audit_filters.js';
import { untilInterrupted, writeLine } from './audit_output.js';

export const showOptions: Options = {
  ...filterOptions,
  follow: { type: 'boolean', short: 'f', help: 'go on with new records as they come' },
  json: { type: 'boolean', help: 'whole records, one line of JSON each' },
};

const styles = { allowed: 'green', denied: 'red', requires_approval: 'yellow' } as const;

/** One line for people. What the log holds may be hostile to a terminal. */
function lineOf(record: AuditRecord, terminal: Terminal): string {
  const shown = (text: string): string =>
    showAuditText(text, {}).replaceAll('\n', '\\n').replaceAll('\t', ' ');
  const style = Object.hasOwn(styles, record.decision) ? styles[record.decision] : 'yellow';
  const command = record.argv === undefined ? record.target : record.argv.join(' ');
  const ended = record.details?.['verdict'];
  const verdict = record.phase === 'end' && typeof ended === 'string' ? ended : record.phase;
  const extra = [verdict, record.profile, record.runId?.slice(0, 8)].filter((part) => part !== undefined);
  return [
    shown(record.timestamp),
    paint(shown(record.decision), style, terminal.stdout, terminal.env),
    shown(record.operation),
    shown(command),
    ...(record.reason === undefined ? [] : [`(${shown(record.reason)})`]),
    ...(extra.length === 0 ? [] : [`[${shown(extra.join(' '))}]`]),
  ].join('  ');
}

/** `moated audit show`. */
export async function showMain(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parseFile(args, showOptions, terminal.env);
  const { signal, done } = untilInterrupted(terminal);
  try {
    const records = readAuditLog(parsed.file, { ...filterOf(parsed), follow: parsed.flag('follow'), signal });
    for await (const record of records) {
      const line = parsed.flag('json') ? JSON.stringify(record) : lineOf(record, terminal);
      if (!(await writeLine(terminal, line))) break;
    }
  } finally {
    done();
  }
  return 0;
}
