/** The sed and awk programs that neither execute nor touch files. Everything else is not understood. */

/** Text up to a mark. A list in brackets must close before it: whether the mark inside of one ends the text depends on the sed. */
function upTo(mark: string): string {
  return String.raw`(?:[^${mark}\\\n[]|\\.|\[\^?\]?[^\]${mark}\n]*\])*`;
}

// An address, or two: lines, `$`, a regular expression.
const address = String.raw`(?:\d+|\$|\/${upTo('/')}\/I?)`;
const addresses = String.raw`(?:${address}(?:,[+~]?${address})?\s*!?)?`;
// Of the flags of `s`, `e` executes and `w` writes.
const substitute = ['/', '|', '#', ',', ':']
  .map((mark) => {
    const own = mark === '|' ? '\\|' : mark;
    return `s${own}${upTo(mark)}${own}${upTo(mark)}${own}[gpiI0-9]*`;
  })
  .join('|');
const command = String.raw`(?:[pPdDnNgGhHxl=]|[qQ]\d*|${substitute})`;
const sed = new RegExp(
  String.raw`^\s*${addresses}\s*${command}\s*(?:;\s*${addresses}\s*${command}\s*)*;?\s*$`,
);

export function isPlainSed(program: string): boolean {
  return program.length < 1000 && sed.test(program);
}

// Redirections, pipes, coprocesses, indirect calls, directives; functions that execute, read or load.
const acting = /[|>@]|getline|system|close|fflush|load/;

export function isPlainAwk(program: string): boolean {
  return !acting.test(program.replaceAll('||', ' ').replaceAll('>=', ' '));
}
