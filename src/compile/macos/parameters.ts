/** Links at the root of every Mac. The kernel compares where they lead, so a rule about `/tmp` would match nothing. */
const rootLinks: readonly string[] = ['/var', '/tmp', '/etc'];

/** What the data volume shows at the root by firm links. The kernel names files by the shorter path. */
const dataVolume = '/System/Volumes/Data';
const firmLinks: readonly string[] = [
  '/Users',
  '/Applications',
  '/Library',
  '/Volumes',
  '/private',
  '/opt',
  '/cores',
];

function startsWithAny(path: string, trees: readonly string[]): boolean {
  return trees.some((tree) => path === tree || path.startsWith(`${tree}/`));
}

/** The path by which the kernel knows a file. */
export function kernelPath(path: string): string {
  if (!path.startsWith('/') || path.includes('\0'))
    throw new RangeError(`not an absolute path: ${JSON.stringify(path)}`);
  const visible = path.slice(dataVolume.length);
  const here = path.startsWith(`${dataVolume}/`) && startsWithAny(visible, firmLinks) ? visible : path;
  return startsWithAny(here, rootLinks) ? `/private${here}` : here;
}

/**
 * The values of a profile. No path is ever part of its text, whose meaning a quote or a parenthesis in a name could change: the text
 * says `(param "WRITE_0")`, and the value travels as an argument of its own.
 */
export class Parameters {
  readonly #values = new Map<string, string>();
  readonly #known = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** The expression that stands for a value. */
  #add(role: string, value: string): string {
    const same = `${role}\0${value}`;
    let key = this.#known.get(same);
    if (key === undefined) {
      const count = this.#counts.get(role) ?? 0;
      this.#counts.set(role, count + 1);
      key = `${role}_${count}`;
      this.#known.set(same, key);
      this.#values.set(key, value);
    }
    return `(param "${key}")`;
  }

  path(role: string, path: string): string {
    return this.#add(role, kernelPath(path));
  }

  pattern(role: string, pattern: string): string {
    return this.#add(`${role}_SPELLED`, pattern);
  }

  /** `KEY=value`, in the order in which they were added. */
  entries(): readonly string[] {
    return [...this.#values].map(([key, value]) => `${key}=${value}`);
  }
}
