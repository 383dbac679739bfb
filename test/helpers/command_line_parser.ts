/**
 * How a Windows program finds its arguments, written from the documentation: "Parsing C command-line arguments" of Microsoft's C
 * library, and CommandLineToArgvW, which differ in what two quotes in a row mean inside of quotes.
 */
export type ParsingRules = 'c-library' | 'shell32';

interface Parsed {
  readonly argument: string;
  readonly next: number;
}

const isBlank = (unit: string | undefined): boolean => unit === ' ' || unit === '\t';

/** The program's name: up to the next quote when it starts with one, else up to a blank. Backslashes mean nothing. */
function parseProgram(line: string): Parsed {
  if (line.startsWith('"')) {
    const end = line.indexOf('"', 1);
    return {
      argument: line.slice(1, end === -1 ? undefined : end),
      next: end === -1 ? line.length : end + 1,
    };
  }
  let next = 0;
  while (next < line.length && !isBlank(line[next])) next += 1;
  return { argument: line.slice(0, next), next };
}

function parseArgument(line: string, start: number, rules: ParsingRules): Parsed {
  let argument = '';
  let quoted = false;
  let at = start;
  while (at < line.length && (quoted || !isBlank(line[at]))) {
    let backslashes = 0;
    while (line[at] === '\\') {
      backslashes += 1;
      at += 1;
    }
    if (line[at] !== '"') {
      argument += '\\'.repeat(backslashes);
      if (at < line.length && (quoted || !isBlank(line[at]))) argument += line[at++] ?? '';
      continue;
    }
    argument += '\\'.repeat(Math.floor(backslashes / 2));
    at += 1;
    if (backslashes % 2 === 1) {
      argument += '"';
    } else if (quoted && line[at] === '"') {
      argument += '"';
      at += 1;
      if (rules === 'shell32') quoted = false;
    } else {
      quoted = !quoted;
    }
  }
  return { argument, next: at };
}

export function parseCommandLine(line: string, rules: ParsingRules): readonly string[] {
  const program = parseProgram(line);
  const found = [program.argument];
  let at = program.next;
  for (;;) {
    while (isBlank(line[at])) at += 1;
    if (at >= line.length) return found;
    const { argument, next } = parseArgument(line, at, rules);
    found.push(argument);
    at = next;
  }
}
