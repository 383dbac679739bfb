import { type Options } from './arguments.js';
import { type Terminal } from './terminal.js';
import { type CommandHelp, commandHelp } from './help.js';
import { didYouMean, UsageError } from './usage_error.js';
import { exportMain, exportOptions } from './audit_export.js';
import { reportMain, reportOptions } from './audit_report.js';
import { showMain, showOptions } from './audit_show.js';
import { verifyMain, verifyOptions } from './audit_verify.js';

interface Subcommand extends CommandHelp {
  readonly main: (args: readonly string[], terminal: Terminal) => Promise<number>;
}

function subcommand(name: string, summary: string, options: Options, main: Subcommand['main']): Subcommand {
  return { usage: `moated audit ${name} [options] FILE`, summary, options, main };
}

const subcommands: Readonly<Record<string, Subcommand>> = {
  show: subcommand('show', 'Show the records of an audit log.', showOptions, showMain),
  verify: subcommand(
    'verify',
    'Check that no record was changed, removed or inserted; exit code 1 when one was.',
    verifyOptions,
    verifyMain,
  ),
  export: subcommand('export', 'Convert an audit log for other tools.', exportOptions, exportMain),
  report: subcommand('report', 'Make one self-contained HTML page.', reportOptions, reportMain),
};

export const auditHelp: CommandHelp = {
  usage: Object.values(subcommands)
    .map(({ usage }) => usage)
    .join('\n       '),
  summary: 'Show, verify, convert and report audit logs.',
  options: { ...showOptions, ...verifyOptions, ...exportOptions, ...reportOptions },
};

/** `moated audit`. */
export async function auditMain(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  const found = name !== undefined && Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (found === undefined) {
    const what =
      name === undefined
        ? 'No subcommand given.'
        : `Unknown subcommand ${name}.${didYouMean(name, Object.keys(subcommands))}`;
    throw new UsageError(`${what} There are ${Object.keys(subcommands).join(', ')}.`);
  }
  if (rest[0] === '--help' || rest[0] === '-h') {
    terminal.stdout.write(commandHelp(found));
    return 0;
  }
  return found.main(rest, terminal);
}
