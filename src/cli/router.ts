import { createRequire } from 'node:module';

import { isSandboxError } from '../index.js';
import { checkMain, checkOptions } from './check.js';
import { auditHelp, auditMain } from './audit.js';
import { doctorMain, doctorOptions } from './doctor.js';
import { exitCodeOfError } from './exit_code.js';
import { explainMain, explainOptions } from './explain.js';
import { type CommandHelp, commandHelp, generalHelp } from './help.js';
import { policyCommandOptions, policyMain } from './policy.js';
import { runMain, runOptions } from './run.js';
import { paint, type Terminal } from './terminal.js';
import { didYouMean, UsageError } from './usage_error.js';

interface CliCommand extends CommandHelp {
  readonly main: (args: readonly string[], terminal: Terminal) => Promise<number>;
}

const commands: Readonly<Record<string, CliCommand>> = {
  run: {
    usage: 'moated run [options] [--] COMMAND [ARGUMENT...]',
    summary: 'Run a command under a profile.',
    options: runOptions,
    main: runMain,
  },
  explain: {
    usage: 'moated explain [options]',
    summary: 'Show what a profile allows, or whether one action is allowed and why.',
    options: explainOptions,
    main: explainMain,
  },
  check: {
    usage: 'moated check [options] [--] COMMAND [ARGUMENT...] | -c LINE',
    summary:
      'Answer whether the policy allows a command (0), asks about it (1) or denies it (126). Nothing runs.',
    options: checkOptions,
    main: checkMain,
  },
  policy: {
    usage: 'moated policy check FILE... | show',
    summary: 'Check policy files with their examples, or show the policy that ships.',
    options: policyCommandOptions,
    main: policyMain,
  },
  doctor: {
    usage: 'moated doctor [options]',
    summary: 'Show what this machine can enforce.',
    options: doctorOptions,
    main: doctorMain,
  },
  audit: { ...auditHelp, main: auditMain },
};

function packageVersion(): string {
  // The same two levels up from src/cli and from dist/cli.
  const manifest = createRequire(import.meta.url)('../../package.json') as { readonly version: string };
  return manifest.version;
}

function unknownCommand(name: string): UsageError {
  return new UsageError(
    `Unknown command ${name}.${didYouMean(name, Object.keys(commands))} \`moated help\` lists the commands.`,
  );
}

function command(name: string): CliCommand {
  const found = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (found === undefined) throw unknownCommand(name);
  return found;
}

/** Help is asked for before the command of the user begins. */
function asksForHelp(args: readonly string[]): boolean {
  return args[0] === '--help' || args[0] === '-h';
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (
    name === undefined ||
    name === '--help' ||
    name === '-h' ||
    (name === 'help' && rest[0] === undefined)
  ) {
    terminal.stdout.write(generalHelp(commands));
    return name === undefined ? exitCodeOfError(undefined) : 0;
  }
  if (name === '--version' || name === '-V' || name === 'version') {
    terminal.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  if (name === 'help') {
    terminal.stdout.write(commandHelp(command(rest[0] ?? '')));
    return 0;
  }
  if (asksForHelp(rest)) {
    terminal.stdout.write(commandHelp(command(name)));
    return 0;
  }
  return command(name).main(rest, terminal);
}

/** Runs the command line and answers the exit code. Everything that goes wrong is one line on stderr. */
export async function route(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    const known = error instanceof UsageError || isSandboxError(error);
    const text =
      error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
    const code = isSandboxError(error) ? ` [${error.code}]` : '';
    terminal.stderr.write(`${paint('moated:', 'red', terminal.stderr, terminal.env)} ${text}${code}\n`);
    return exitCodeOfError(error);
  }
}
