/** A seeded generator of numbers below 1, so that a failure can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<Value>(random: () => number, list: readonly Value[]): Value {
  return list[Math.floor(random() * list.length)]!;
}

const pieces = [
  ...[
    'ls',
    'cat',
    'echo',
    'rm -rf /',
    'git status',
    'x',
    'a',
    'b',
    '-la',
    '--',
    '-',
    '1',
    '2',
    'src/f',
    '/etc/passwd',
    '$x',
    '"$x"',
    '${x}',
  ],
  ...[
    '$(ls)',
    '`ls`',
    '$((1+1))',
    "'a b'",
    '"a b"',
    '\\',
    '\\\n',
    '\n',
    ' ',
    '  ',
    '\t',
    ';',
    ';;',
    '&',
    '&&',
    '|',
    '||',
    '|&',
    '!',
    '(',
    ')',
  ],
  ...[
    '{',
    '}',
    '((',
    '))',
    '[[',
    ']]',
    '[',
    ']',
    '<',
    '>',
    '>>',
    '<<',
    '<<<',
    '<<EOF\n',
    'EOF\n',
    '\nEOF\n',
    '2>&1',
    '&>',
    '>&',
    '<>',
    '>|',
    '<(',
  ],
  ...[
    '>(',
    '$(',
    '${',
    '$((',
    '"',
    "'",
    '`',
    '$"',
    "$'",
    '#',
    ' # ',
    '=',
    'x=1',
    'x=(',
    '+=',
    '*',
    '?',
    '~',
    '~/',
    '{a,b}',
    '!(x)',
    '@(a|b)',
  ],
  ...[
    'if',
    'then',
    'else',
    'elif',
    'fi',
    'for',
    'in',
    'do',
    'done',
    'while',
    'until',
    'case',
    'esac',
    'select',
    'function',
    'f()',
    'time',
    'coproc',
  ],
  ...[
    'eval',
    'exec',
    'sh -c',
    'bash -c',
    'env',
    'xargs',
    'find .',
    '-exec',
    '\\;',
    'sudo',
    'timeout 5',
    'nice',
    'command',
    'test',
    'cd',
    '..',
  ],
];

/** A line of random pieces of shell. */
export function randomLine(random: () => number): string {
  const length = 1 + Math.floor(random() * 10);
  let line = '';
  for (let at = 0; at < length; at += 1) line += pick(random, pieces) + (random() < 0.7 ? ' ' : '');
  return line.trim();
}

/** The same line with a few characters removed, doubled, swapped or put in. */
export function mutated(random: () => number, line: string): string {
  let text = line;
  for (let count = 1 + Math.floor(random() * 3); count > 0; count -= 1) {
    const at = Math.floor(random() * (text.length + 1));
    const kind = random();
    if (kind < 0.3) text = text.slice(0, at) + text.slice(at + 1);
    else if (kind < 0.4) text = text.slice(0, at) + text.slice(at, at + 3) + text.slice(at);
    else text = text.slice(0, at) + pick(random, pieces) + text.slice(at);
  }
  return text;
}
