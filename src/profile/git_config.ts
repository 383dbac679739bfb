import { readFileSync, statSync } from 'node:fs';

// Nothing that is read here is larger in an honest repository.
const maximumBytes = 1024 * 1024;

/** The text of a small regular file; undefined when there is none. A pipe or device is never opened. */
export function readSmallFile(path: string): string | undefined {
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size <= maximumBytes ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

function unquote(value: string): string {
  let text = '';
  let quoted = false;
  for (let index = 0; index < value.length; index++) {
    const character = value.charAt(index);
    if (character === '"') quoted = !quoted;
    else if (character === '\\') text += value.charAt(++index);
    else if (!quoted && (character === '#' || character === ';')) break;
    else text += character;
  }
  return text.trim();
}

/** Every value of one key of a git configuration text. Section and key are matched in lower case, includes are not followed. */
export function configValues(text: string, section: string, key: string): string[] {
  const values: string[] = [];
  let here = '';
  for (const line of text.split('\n')) {
    const header = /^\s*\[\s*([^\]]*?)\s*\]\s*(.*)$/.exec(line);
    if (header !== null) here = (header[1] ?? '').toLowerCase();
    const setting = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*)$/.exec(
      header === null ? line : (header[2] ?? ''),
    );
    if (setting === null || setting[1]?.toLowerCase() !== key) continue;
    // A section may have a subsection in quotes: `submodule "name"` counts as `submodule`.
    if (here === section || here.startsWith(`${section} "`)) values.push(unquote(setting[2] ?? ''));
  }
  return values;
}
