import { allow } from '../decision.js';
import type { Redirection, ShellCommand, ShellScript } from '../shell/script.js';
import { unwrapOf } from '../unwrap/unwrap.js';
import { render, textOf, type Word } from '../word.js';
import type { Vetter } from './vetter.js';

// Bash opens a connection for these.
const socket = /^\/dev\/(?:tcp|udp)\/([^/]*)\/([^/]*)$/;

function vetRedirection(vetter: Vetter, { use, target }: Redirection): void {
  if (use === 'text') return;
  const connection = typeof target === 'string' ? socket.exec(target) : null;
  if (connection !== null) {
    vetter.target('url', `tcp://${connection[1] ?? ''}:${connection[2] ?? ''}`, undefined);
    return;
  }
  if (use !== 'write') vetter.path('read', target);
  if (use !== 'read') vetter.path('write', target);
}

/** What the command reads from the line itself. */
function textOfInput(redirections: readonly Redirection[]): Word | undefined {
  return redirections.findLast(({ use }) => use === 'text')?.target;
}

function vetStep(vetter: Vetter, command: ShellCommand, functions: ReadonlySet<string>): void {
  const { assignments, words, redirections } = command;
  for (const { name, value } of assignments) vetter.variable(name, value);
  for (const one of redirections) vetRedirection(vetter, one);
  const [name] = words;
  if (name === undefined) {
    if (redirections.length > 0)
      vetter.add(allow(redirections.map(({ target }) => textOf(target)).join(' '), 'a redirection'));
  } else if (typeof name === 'string' && functions.has(name)) {
    vetter.add(
      allow(render(words), 'a function of this line, whose commands are vetted where it is defined'),
    );
  } else vetter.argv(words, textOfInput(redirections));
}

/** Vets everything that a shell line may run. */
export function vetScript(vetter: Vetter, script: ShellScript, line: string): void {
  for (const doubt of script.doubts) vetter.ask(line, doubt);
  const functions = new Set<string>();
  for (const step of script.steps) {
    if (step.type === 'test') {
      vetter.add(allow(line, 'a test of the shell'));
      continue;
    }
    if (step.type === 'command') {
      vetter.repeating(step.repeated, () => {
        vetStep(vetter, step, functions);
      });
      continue;
    }
    // A name that also means something else may get its meaning back.
    const free = !vetter.policy.byProgram.has(step.name) && unwrapOf(step.name) === undefined;
    if (step.settled && free) functions.add(step.name);
    vetter.add(allow(step.name, 'a function is defined'));
  }
}
