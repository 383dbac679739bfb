import { type Option, type Options } from './arguments.js';

function optionLine(name: string, { short, value, help, multiple }: Option): string {
  const names = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
  return `  ${names.padEnd(30)} ${help}${multiple === true ? '; may be repeated' : ''}`;
}

export interface CommandHelp {
  readonly usage: string;
  readonly summary: string;
  readonly options: Options;
}

export function commandHelp({ usage, summary, options }: CommandHelp): string {
  const lines = Object.entries(options).map(([name, option]) => optionLine(name, option));
  return [`Usage: ${usage}`, '', summary, '', 'Options:', ...lines, ''].join('\n');
}

export function generalHelp(commands: Readonly<Record<string, CommandHelp>>): string {
  return [
    'Usage: moated COMMAND [options]',
    '',
    'Runs any command under a security profile that the kernel enforces.',
    '',
    'Commands:',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`),
    '',
    '  moated help COMMAND shows its options.',
    '',
    'Example: moated run -p workspace-write -- npm test',
    '',
    'Exit codes: 124 time limit, 125 moated itself failed, 126 denied or not executable, 127 not found,',
    '128+n ended by signal n, else that of the command.',
    '',
  ].join('\n');
}
