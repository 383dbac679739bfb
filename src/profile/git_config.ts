import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

// Nothing that is read here is larger in an honest repository.
const maximumBytes = 1024 * 1024;

/**
 * The text of a small regular file; undefined when there is none. It is opened without blocking and looked at once open, since a
 * sandboxee that runs at this moment could put a pipe in its place and stop the host.
 */
export function readSmallFile(path: string): string | undefined {
  let file: number | undefined;
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > maximumBytes) return undefined;
    const bytes = Buffer.alloc(stats.size);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
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
