import { type Profile } from './evaluate.js';
import { isAllowed, type Reading, type Request } from './decide.js';

/**
 * A small model of a Mac's file system with a sandboxed process on it: names in the spelling in which they were made, found in every
 * spelling; the links at the root; hard links; renaming. Each call asks the profile what the kernel would ask.
 *
 * Which operations a call asks for is as observed by others and read off the operations' names; Apple documents none of it. For
 * renaming: `file-write-unlink` of the old path and `file-write-create` of the new one, with `file-write-unlink` of what is replaced.
 * For a hard link: `file-write-create`, and `file-link` of one of the two paths; which one is not known, so a test says which.
 */

interface Directory {
  readonly kind: 'directory';
  readonly entries: Map<string, { readonly name: string; readonly node: Node }>;
}
interface File {
  readonly kind: 'file';
  content: string;
}
interface Link {
  readonly kind: 'link';
  readonly target: string;
}
type Node = Directory | File | Link;

interface Place {
  readonly parent: Directory;
  /** As the kernel names the directory. */
  readonly folder: string;
  /** As the caller wrote it. */
  readonly name: string;
}

export interface MacOptions {
  /** Without one nothing is refused: the control of every attack. */
  readonly profile?: Profile;
  readonly reading?: Reading;
  /** APFS as Macs are sold. */
  readonly insensitive?: boolean;
  readonly linkCheck?: 'source' | 'destination';
}

/** Names that the file system takes for one. */
function fold(name: string): string {
  return name.normalize('NFD').toLowerCase().replaceAll('\u017f', 's').replaceAll('\u212a', 'k');
}

export class Mac {
  readonly #root: Directory = { kind: 'directory', entries: new Map() };
  readonly #options: MacOptions;
  #confined = false;

  constructor(options: MacOptions = {}) {
    this.#options = options;
    for (const name of ['etc', 'tmp', 'var']) {
      this.mkdirs(`/private/${name}`);
      this.#put(`/${name}`, { kind: 'link', target: `/private/${name}` });
    }
  }

  /** From here on calls are those of the process. */
  enter(): void {
    this.#confined = true;
  }

  /** From here on they are those of somebody whom nothing confines. */
  outside(): this {
    this.#confined = false;
    return this;
  }

  #key(name: string): string {
    return this.#options.insensitive === false ? name : fold(name);
  }

  #allowed(operation: string, path: string, more: Partial<Request> = {}): boolean {
    const { profile, reading = 'in order' } = this.#options;
    if (!this.#confined || profile === undefined) return true;
    return isAllowed(profile, { operation, path, ...more }, reading);
  }

  /** The directory that a path names something in. Links are followed, but for the last name unless `follow`. */
  #place(path: string, follow: boolean): Place | undefined {
    let parent = this.#root;
    let folder = '';
    const words = path.split('/').filter((word) => word !== '');
    for (let index = 0; index < words.length; index += 1) {
      const name = words[index]!;
      const last = index === words.length - 1;
      const entry = parent.entries.get(this.#key(name));
      if (entry?.node.kind === 'link' && (!last || follow)) {
        const { target } = entry.node;
        const start = target.startsWith('/') ? target : `${folder}/${target}`;
        return this.#place([start, ...words.slice(index + 1)].join('/'), follow);
      }
      if (last) return { parent, folder, name };
      if (entry?.node.kind !== 'directory') return undefined;
      folder = `${folder}/${entry.name}`;
      parent = entry.node;
    }
    return undefined;
  }

  #entry(place: Place | undefined): { readonly name: string; readonly node: Node } | undefined {
    return place?.parent.entries.get(this.#key(place.name));
  }

  /** The path by which the kernel knows what is there: every name as it was made. What does not exist has the caller's spelling. */
  #kernelPath(place: Place): string {
    return `${place.folder}/${this.#entry(place)?.name ?? place.name}`;
  }

  #put(path: string, node: Node): boolean {
    const place = this.#place(path, false);
    if (place === undefined || this.#entry(place) !== undefined) return false;
    if (!this.#allowed('file-write-create', this.#kernelPath(place))) return false;
    place.parent.entries.set(this.#key(place.name), { name: place.name, node });
    return true;
  }

  mkdir(path: string): boolean {
    return this.#put(path, { kind: 'directory', entries: new Map() });
  }

  mkdirs(path: string): void {
    const words = path.split('/').slice(1);
    words.forEach((_, index) => this.mkdir(`/${words.slice(0, index + 1).join('/')}`));
  }

  symlink(target: string, path: string): boolean {
    return this.#put(path, { kind: 'link', target });
  }

  write(path: string, content: string): boolean {
    const place = this.#place(path, true);
    const entry = this.#entry(place);
    if (place === undefined || entry === undefined) return this.#put(path, { kind: 'file', content });
    if (entry.node.kind !== 'file' || !this.#allowed('file-write-data', this.#kernelPath(place)))
      return false;
    entry.node.content = content;
    return true;
  }

  read(path: string): string | undefined {
    const place = this.#place(path, true);
    const entry = this.#entry(place);
    if (place === undefined || entry?.node.kind !== 'file') return undefined;
    return this.#allowed('file-read-data', this.#kernelPath(place)) ? entry.node.content : undefined;
  }

  remove(path: string): boolean {
    const place = this.#place(path, false);
    const entry = this.#entry(place);
    if (place === undefined || entry === undefined) return false;
    if (entry.node.kind === 'directory' && entry.node.entries.size > 0) return false;
    if (!this.#allowed('file-write-unlink', this.#kernelPath(place))) return false;
    return place.parent.entries.delete(this.#key(place.name));
  }

  rename(from: string, to: string): boolean {
    const [source, target] = [this.#place(from, false), this.#place(to, false)];
    const [moved, replaced] = [this.#entry(source), this.#entry(target)];
    if (source === undefined || target === undefined || moved === undefined) return false;
    if (replaced?.node.kind === 'directory' && replaced.node.entries.size > 0 && replaced !== moved)
      return false;
    const vnodeType = moved.node.kind === 'directory' ? 'DIRECTORY' : 'REGULAR-FILE';
    if (!this.#allowed('file-write-unlink', this.#kernelPath(source), { vnodeType })) return false;
    if (replaced !== undefined && !this.#allowed('file-write-unlink', this.#kernelPath(target))) return false;
    if (!this.#allowed('file-write-create', `${target.folder}/${target.name}`)) return false;
    source.parent.entries.delete(this.#key(source.name));
    target.parent.entries.set(this.#key(target.name), { name: target.name, node: moved.node });
    return true;
  }

  /** renamex_np(RENAME_SWAP). */
  swap(one: string, other: string): boolean {
    const [a, b] = [this.#place(one, false), this.#place(other, false)];
    const [first, second] = [this.#entry(a), this.#entry(b)];
    if (a === undefined || b === undefined || first === undefined || second === undefined) return false;
    for (const place of [a, b])
      if (!this.#allowed('file-write-unlink', this.#kernelPath(place))) return false;
    a.parent.entries.set(this.#key(a.name), { name: first.name, node: second.node });
    b.parent.entries.set(this.#key(b.name), { name: second.name, node: first.node });
    return true;
  }

  link(from: string, to: string): boolean {
    const [source, target] = [this.#place(from, true), this.#place(to, false)];
    const linked = this.#entry(source);
    if (source === undefined || target === undefined || linked?.node.kind !== 'file') return false;
    const asked = this.#options.linkCheck === 'destination' ? target : source;
    if (!this.#allowed('file-link', this.#kernelPath(asked))) return false;
    return this.#put(to, linked.node);
  }
}
