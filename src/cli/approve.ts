import { closeSync, openSync, readSync, writeSync } from 'node:fs';

import { showAuditText } from '../audit_log.js';
import { type AskRequest } from '../index.js';

const longestAnswer = 64;

const visible = (text: string): string => showAuditText(text, {});

/** One line without what a terminal acts on: a command could make a question look like another. */
function shown(command: AskRequest['command']): string {
  const text = typeof command === 'string' ? command : command.map((word) => JSON.stringify(word)).join(' ');
  return visible(text).replaceAll('\n', '\\n');
}

/** The answer is one line; no answer, the end of the terminal for instance, is no. */
function readAnswer(fd: number): string {
  const bytes = Buffer.alloc(longestAnswer);
  try {
    return bytes.toString('utf8', 0, readSync(fd, bytes)).trim().toLowerCase();
  } catch {
    return '';
  }
}

/** Asks whoever sits at the terminal, which the command does not have yet. Undefined without a terminal: then nobody answers. */
export function terminalApprover(): ((request: AskRequest) => boolean) | undefined {
  try {
    closeSync(openSync('/dev/tty', 'r+'));
  } catch {
    return undefined;
  }
  return ({ command, cwd, decision }) => {
    const fd = openSync('/dev/tty', 'r+');
    try {
      writeSync(
        fd,
        `moated: ${visible(decision.reason)}\n  ${shown(command)}\n  in ${visible(cwd)}\nRun it? [y/N] `,
      );
      return ['y', 'yes'].includes(readAnswer(fd));
    } finally {
      closeSync(fd);
    }
  };
}
