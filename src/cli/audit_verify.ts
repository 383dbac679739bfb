import { type Finding, showAuditText, verifyAuditLog } from '../audit_log.js';
import { type Options } from './arguments.js';
import { paint, printJson, type Terminal } from './terminal.js';
import { keyOptions, keysOf, parseFile } from './audit_file.js';

export const verifyOptions: Options = {
  ...keyOptions,
  json: { type: 'boolean', help: 'one line of JSON' },
};

const mostLines = 20;

function lines(findings: readonly Finding[]): string[] {
  const shown = findings
    .slice(0, mostLines)
    .map(({ file, line, what }) => `  ${file}:${line}: ${showAuditText(what, {})}`);
  return findings.length > mostLines ? [...shown, `  and ${findings.length - mostLines} more`] : shown;
}

/** `moated audit verify`. Ends with 1 when the log was tampered with. */
export async function verifyMain(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parseFile(args, verifyOptions, terminal.env);
  const result = await verifyAuditLog(parsed.file, keysOf(parsed));
  if (parsed.flag('json')) {
    printJson(terminal, result);
    return result.ok ? 0 : 1;
  }
  const { ok, records, writers, files, problems, notes } = result;
  const word = ok
    ? paint('whole', 'green', terminal.stdout, terminal.env)
    : paint('TAMPERED WITH', 'red', terminal.stdout, terminal.env);
  const output = [
    `${parsed.file}: ${word}, ${records} records of ${writers} writers in ${files.length} files`,
    ...(problems.length === 0 ? [] : ['first broken record, and what follows from it:', ...lines(problems)]),
    ...(notes.length === 0 ? [] : ['notes:', ...lines(notes)]),
  ];
  terminal.stdout.write(`${output.join('\n')}\n`);
  return ok ? 0 : 1;
}
