/** What a command of the CLI talks to. Handed in, so that tests can listen. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

const codes = { bold: 1, red: 31, green: 32, yellow: 33 } as const;

/** Colours a text where somebody sees it and has not asked for none. */
export function paint(
  text: string,
  style: keyof typeof codes,
  stream: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
): string {
  const plain = !stream.isTTY || (env['NO_COLOR'] ?? '') !== '';
  return plain ? text : `\u001b[${codes[style]}m${text}\u001b[0m`;
}

/** One line about the run, apart from the command's own output. */
export function note(terminal: Terminal, text: string): void {
  terminal.stderr.write(`${paint('moated:', 'yellow', terminal.stderr, terminal.env)} ${text}\n`);
}

export function printJson(terminal: Terminal, value: unknown): void {
  terminal.stdout.write(`${JSON.stringify(value)}\n`);
}
