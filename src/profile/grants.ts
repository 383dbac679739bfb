import type { FilesystemBound, FilesystemRules, ProfileDefinition } from '../types.js';
import { canonicalPath, type CanonicalPath } from './canonical.js';
import { intersectTrees } from './containment.js';
import { locate, locateExisting, type PathContext } from './paths.js';

/** What a policy lets be read and written by name, canonical. */
export interface Grants {
  /** Trees that may be read when reads are minimal. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Paths that were named exactly in `allowRead`: a credential file among them is not hidden. */
  readonly released: ReadonlySet<string>;
  /** Paths that were named exactly in `allowWrite`: a built-in protected path among them is not protected. */
  readonly unprotected: ReadonlySet<string>;
  /** Every place where a grant may begin, before bounds: protected names hold at each. */
  readonly roots: readonly string[];
  /** The grants as they were named, with the symlinks on their way. */
  readonly named: readonly CanonicalPath[];
}

/** What programs need to start at all: what `read: 'minimal'` reads besides the workspace and what is granted. */
const systemRuntime = [
  ...['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/usr', '/etc', '/opt', '/proc', '/sys'],
  // The resolver's and the linker's files of systems that keep them elsewhere.
  ...['/run/systemd/resolve', '/run/resolvconf', '/run/current-system', '/nix/store', '/gnu/store'],
  ...['/System', '/Library', '/private/etc', '/var/db/timezone'],
];

export function runtimeTrees(): string[] {
  // A container reads the system's folders without being told.
  if (process.platform === 'win32') return [];
  const found = systemRuntime.map((path) => canonicalPath(path));
  return found.filter((item) => item.kind !== 'absent' && !item.blocked).map((item) => item.path);
}

function locateNamed(
  rules: FilesystemRules,
  context: PathContext,
): { read: CanonicalPath[]; write: CanonicalPath[] } {
  const locateList = (paths: readonly string[], where: string): CanonicalPath[] =>
    paths.map((path, index) => locateExisting(path, `filesystem.${where}[${index}]`, context));
  return {
    read: locateList(rules.allowRead ?? [], 'allowRead'),
    write: locateList(rules.allowWrite ?? [], 'allowWrite'),
  };
}

function pathsOf(found: readonly CanonicalPath[]): string[] {
  return found.map((item) => item.path);
}

function boundPaths(paths: readonly string[], context: PathContext): string[] {
  return paths.map((path, index) => locate(path, `within[${index}]`, context).path);
}

function intersectSets(a: ReadonlySet<string>, b: readonly string[]): ReadonlySet<string> {
  return new Set(b.filter((path) => a.has(path)));
}

/** What both a definition and a bound of it grant. */
function bounded(grants: Grants, bound: FilesystemBound, context: PathContext): Grants {
  const write = boundPaths(bound.allowWrite, context);
  const read = boundPaths(bound.allowRead, context);
  const writable = bound.workspace === 'write' ? [context.workspace, ...write] : write;
  const readable =
    bound.read === 'all' ? ['/'] : [context.workspace, ...runtimeTrees(), ...read, ...writable];
  return {
    ...grants,
    read: intersectTrees(grants.read, readable),
    write: intersectTrees(grants.write, writable),
    released: intersectSets(grants.released, read),
    unprotected: intersectSets(grants.unprotected, write),
    roots: [...grants.roots, ...write],
  };
}

/** What a definition grants, within the bounds that narrowing left. */
export function definitionGrants(definition: ProfileDefinition, context: PathContext): Grants {
  const named = locateNamed(definition.filesystem, context);
  const read = pathsOf(named.read);
  const write = pathsOf(named.write);
  const own: Grants = {
    read,
    write: definition.workspace === 'write' ? [context.workspace, ...write] : write,
    released: new Set(read),
    unprotected: new Set(write),
    roots: [context.workspace, ...write],
    named: [...named.read, ...named.write],
  };
  return (definition.within ?? []).reduce((grants, bound) => bounded(grants, bound, context), own);
}

/** The grants of a definition and those that the caller adds to it. */
export function addGrants(grants: Grants, rules: FilesystemRules, context: PathContext): Grants {
  const named = locateNamed(rules, context);
  const read = pathsOf(named.read);
  const write = pathsOf(named.write);
  return {
    read: [...grants.read, ...read],
    write: [...grants.write, ...write],
    released: new Set([...grants.released, ...read]),
    unprotected: new Set([...grants.unprotected, ...write]),
    roots: [...grants.roots, ...write],
    named: [...grants.named, ...named.read, ...named.write],
  };
}
