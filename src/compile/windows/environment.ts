/** The name of a line `NAME=value`. That of `=C:=C:\dir`, where cmd.exe keeps the directory of a drive, starts with its `=`. */
export function nameOf(line: string): string {
  const end = line.indexOf('=', 1);
  return end === -1 ? line : line.slice(0, end);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/**
 * An environment as CreateProcess wants it: sorted by names in upper case, and no name twice. Names differ by more than their case;
 * of several spellings the last counts. The directories of drives are those of the host, and stay behind.
 */
export function environmentBlock(lines: readonly string[]): readonly string[] {
  const byName = new Map<string, string>();
  for (const line of lines) {
    const name = nameOf(line);
    if (name !== '' && !name.startsWith('=')) byName.set(name.toUpperCase(), line);
  }
  return [...byName].sort(([a], [b]) => compare(a, b)).map(([, line]) => line);
}
