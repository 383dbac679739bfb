interface Scan {
  /** What would close everything that is open. */
  readonly closers: string;
  readonly inString: boolean;
  /** Where an escape begins that is not complete, or the length. */
  readonly end: number;
}

/** Where an escape that begins at `at` ends. */
function escapeEnd(text: string, at: number): number {
  return at + (text[at + 1] === 'u' ? 6 : 2);
}

function scan(text: string): Scan {
  const open: string[] = [];
  let inString = false;
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (inString && char === '\\') {
      const next = escapeEnd(text, at);
      if (next > text.length) return { closers: open.reverse().join(''), inString, end: at };
      at = next;
      continue;
    }
    if (char === '"') inString = !inString;
    else if (!inString && (char === '{' || char === '[')) open.push(char === '{' ? '}' : ']');
    else if (!inString && (char === '}' || char === ']')) open.pop();
    at += 1;
  }
  return { closers: open.reverse().join(''), inString, end: text.length };
}

/** What may be missing where a text was cut: the rest of a string, a key, a number or a word. */
const inStrings = ['"', '":0'];
const between = ['', '0', ':0', '"":0', 'rue', 'ue', 'e', 'alse', 'lse', 'se', 'ull', 'll', 'l'];

/** True when a text is the beginning of a JSON object and not all of it. */
export function isUnfinishedJson(text: string): boolean {
  const { closers, inString, end } = scan(text);
  if (closers === '' && !inString) return false;
  return (inString ? inStrings : between).some((rest) => {
    try {
      JSON.parse(text.slice(0, end) + rest + closers);
      return true;
    } catch {
      return false;
    }
  });
}
