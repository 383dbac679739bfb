/**
 * A model of what a plan for Windows means: files with access lists, the entries that the addon adds for a container
 * (native/windows/access_entries.cc), and the rules by which the system answers. It knows nothing of policies.
 */
import { foldPath, type WindowsFacts } from '../../src/profile/windows_paths.js';

type Right = 'read' | 'write' | 'attributes' | 'delete' | 'delete-child' | 'list' | 'owner';

interface Entry {
  readonly deny: boolean;
  readonly rights: readonly Right[];
  readonly self: boolean;
  readonly inherit: boolean;
}

export interface FileObject {
  readonly kind: 'file' | 'directory' | 'junction';
  readonly target?: string;
  readonly short?: string;
  readonly children: Map<string, { readonly name: string; readonly object: FileObject }>;
  entries: Entry[];
}

/** `name` to a file (null), a junction (where it leads), another name of a file (hard link), or a directory. */
export interface Tree {
  readonly [name: string]: null | string | { readonly sameAs: string } | Tree;
}

const reading: readonly Right[] = ['read'];
const changing: readonly Right[] = ['write', 'attributes', 'delete', 'delete-child', 'list', 'owner'];

/** As in access_entries.cc. */
const rules: Readonly<
  Record<string, { deny: boolean; root: readonly Right[]; below: readonly Right[] | undefined }>
> = {
  read: { deny: false, root: reading, below: reading },
  write: {
    deny: false,
    root: ['read', 'write', 'attributes'],
    below: ['read', 'write', 'attributes', 'delete'],
  },
  protect: { deny: true, root: changing, below: changing },
  hide: { deny: true, root: [...reading, ...changing], below: [...reading, ...changing] },
  pin: { deny: true, root: ['delete', 'list', 'owner'], below: undefined },
};

function makeObject(kind: FileObject['kind'], more: Partial<FileObject> = {}): FileObject {
  return { kind, children: new Map(), entries: [], ...more };
}

interface Found {
  readonly object: FileObject | undefined;
  readonly parent: FileObject;
}

export class WindowsMachine {
  readonly #root = makeObject('directory');

  /** `shorts` gives the short names of paths. */
  constructor(tree: Tree, shorts: Readonly<Record<string, string>> = {}) {
    this.#fill(this.#root, tree, 'C:', shorts);
    this.#link(tree, 'C:');
  }

  #fill(directory: FileObject, tree: Tree, at: string, shorts: Readonly<Record<string, string>>): void {
    for (const [name, what] of Object.entries(tree)) {
      const path = `${at}\\${name}`;
      const short = shorts[path];
      const more = short === undefined ? {} : { short };
      if (what !== null && typeof what === 'object' && 'sameAs' in what) continue;
      const object =
        what === null
          ? makeObject('file', more)
          : typeof what === 'string'
            ? makeObject('junction', { ...more, target: what })
            : makeObject('directory', more);
      directory.children.set(foldPath(name), { name, object });
      if (what !== null && typeof what === 'object') this.#fill(object, what, path, shorts);
    }
  }

  #link(tree: Tree, at: string): void {
    for (const [name, what] of Object.entries(tree)) {
      if (what === null || typeof what === 'string') continue;
      if ('sameAs' in what && typeof what.sameAs === 'string') {
        const { object } = this.#find(what.sameAs);
        if (object !== undefined)
          this.#find(`${at}\\${name}`).parent.children.set(foldPath(name), { name, object });
      } else {
        this.#link(what, `${at}\\${name}`);
      }
    }
  }

  /** The system's own lookup: any case, short names, dots and spaces at the end dropped, streams, junctions followed. */
  #find(path: string): Found {
    const names = path
      .replaceAll('/', '\\')
      .replace(/^\\\\\?\\/u, '')
      .slice(3)
      .split('\\')
      .filter((name) => name !== '' && name !== '.');
    let parent = this.#root;
    let object: FileObject | undefined = this.#root;
    for (const written of names) {
      if (object?.kind === 'junction') object = this.#find(object.target ?? '').object;
      if (object === undefined) break;
      parent = object;
      object = this.#child(parent, foldPath((written.split(':')[0] ?? '').replace(/[. ]+$/u, '')));
    }
    return { object, parent };
  }

  #child(directory: FileObject, name: string): FileObject | undefined {
    const byName = directory.children.get(name)?.object;
    if (byName !== undefined) return byName;
    return [...directory.children.values()].find(({ object }) => object.short === name)?.object;
  }

  /** What the compiler of paths is told about this machine. */
  get facts(): WindowsFacts {
    return {
      target: (path) => {
        const { object } = this.#find(path);
        return object?.kind === 'junction' ? object.target : undefined;
      },
      storedName: (path) => {
        const { object, parent } = this.#find(path);
        return [...parent.children.values()].find((child) => child.object === object)?.name;
      },
    };
  }

  /** Adds the entries of a plan, in its order. What a path leads to through a junction is refused, as the addon does. */
  apply(directives: readonly string[]): void {
    for (let at = 0; at < directives.length; at += directives[at] === 'limit' ? 3 : 2) {
      const rule = rules[directives[at] ?? ''];
      const path = directives[at + 1] ?? '';
      if (rule === undefined) continue;
      const { object } = this.#find(path);
      if (object === undefined || object.kind === 'junction') throw new Error(`stale: ${path}`);
      const same = rule.root === rule.below;
      const tree = rule.below !== undefined;
      const root: Entry[] = [{ deny: rule.deny, rights: rule.root, self: true, inherit: tree && same }];
      if (rule.below !== undefined && !same)
        root.push({ deny: rule.deny, rights: rule.below, self: false, inherit: true });
      this.#add(object, root);
      if (rule.below !== undefined) {
        this.#addBelow(object, [{ deny: rule.deny, rights: rule.below, self: true, inherit: true }]);
      }
    }
  }

  #add(object: FileObject, entries: readonly Entry[]): void {
    // Refusals first, then permissions.
    object.entries = [...object.entries, ...entries].sort((a, b) => Number(b.deny) - Number(a.deny));
  }

  #addBelow(directory: FileObject, entries: readonly Entry[]): void {
    if (directory.kind !== 'directory') return;
    for (const { object } of directory.children.values()) {
      this.#add(object, entries);
      this.#addBelow(object, entries);
    }
  }

  #grants(object: FileObject | undefined, right: Right): boolean {
    for (const entry of object?.entries ?? [])
      if (entry.self && entry.rights.includes(right)) return !entry.deny;
    return false;
  }

  read(path: string): boolean {
    return this.#grants(this.#find(path).object, 'read');
  }

  /** Opens what is there for writing, or makes it. */
  write(path: string): boolean {
    const { object, parent } = this.#find(path);
    return this.#grants(object ?? parent, 'write');
  }

  changeAttributes(path: string): boolean {
    return this.#grants(this.#find(path).object, 'attributes');
  }

  changeList(path: string): boolean {
    const { object } = this.#find(path);
    return this.#grants(object, 'list') || this.#grants(object, 'owner');
  }

  remove(path: string): boolean {
    const { object, parent } = this.#find(path);
    if (object === undefined) return false;
    return this.#grants(object, 'delete') || this.#grants(parent, 'delete-child');
  }

  /** A rename needs the right to delete the source, to create in the new directory, and to delete what it replaces. */
  rename(from: string, to: string): boolean {
    const { object, parent } = this.#find(to);
    if (!this.remove(from) || !this.#grants(parent, 'write')) return false;
    return object === undefined || this.remove(to);
  }

  /** A hard link needs the right to change the attributes of the file that gets another name. */
  link(existing: string, created: string): boolean {
    const { object } = this.#find(existing);
    return this.#grants(object, 'attributes') && this.#grants(this.#find(created).parent, 'write');
  }
}
