import { type Violation } from '../../types.js';
import { violation } from './absent.js';
import { files } from '../../builtins.js';
import { type Quarantine } from './quarantine.js';
import { readTree, sameContent, sameTree, type Tree, unrestorable, writeTree } from './tree.js';
import { type HeldDirectory, look, openDirectory, partsBelow, walk } from './walk.js';

/**
 * One existing protected path in a tree that may be written, where no mount protects it: remembered before a run and put back after.
 * Runs at the same time share one memory of it, taken before the first of them started.
 */
export class ProtectedTree {
  readonly path: string;
  readonly #root: string;
  #active = 0;
  #baseline: Tree = new Map();
  // Steps of several runs follow each other: two must not put the same tree back at once.
  #queue: Promise<unknown> = Promise.resolve();

  constructor(root: string, path: string) {
    this.#root = root;
    this.path = path;
  }

  get idle(): boolean {
    return this.#active === 0;
  }

  #enqueue<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(step, step);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** Called before a run starts. Synchronous, so that a streamed run can start at once. */
  begin(): void {
    if (this.#active === 0) this.#baseline = readTree(this.path, this.#baseline);
    this.#active += 1;
  }

  end(quarantine: () => Quarantine): Promise<Violation | undefined> {
    return this.#enqueue(async () => {
      try {
        return await this.#restore(quarantine);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return violation(
          'change',
          this.path,
          `The run changed ${this.path}, a protected path, which cannot be put back: ${why}`,
        );
      } finally {
        this.#active -= 1;
      }
    });
  }

  async #restore(quarantine: () => Quarantine): Promise<Violation | undefined> {
    const now = readTree(this.path, this.#baseline, false);
    // The same entries under a link in the place of an ancestor are not the same: the walk below would find the link.
    if (sameTree(this.#baseline, now) && (await this.#isInPlace())) return undefined;
    // git, for one, writes its configuration anew without changing it.
    const rewritten = readTree(this.path, undefined);
    if (sameContent(this.#baseline, rewritten) && (await this.#isInPlace())) {
      this.#baseline = rewritten;
      return undefined;
    }
    const kept = await this.#setAside(quarantine);
    const lost = unrestorable(this.#baseline);
    if (this.#baseline.size > 0) {
      await using parent = await this.#parent(quarantine);
      const target = `${parent.path}/${this.path.slice(this.path.lastIndexOf('/') + 1)}`;
      await writeTree(target, this.#baseline);
      this.#baseline = this.#withNewSignatures(readTree(target, undefined, false));
    }
    const undone =
      lost.length === 0 ? 'It was put back.' : `Not put back, since they were not kept: ${lost.join(', ')}.`;
    const where = kept === undefined ? '' : ` The changed version was moved to ${kept}.`;
    return violation(
      'change',
      this.path,
      `The run changed ${this.path}, a protected path. ${undone}${where}`,
    );
  }

  async #isInPlace(): Promise<boolean> {
    const found = await walk(this.#root, this.path);
    if (found.kind === 'missing') return this.#baseline.size === 0;
    await found.parent[Symbol.asyncDispose]();
    return found.kind === 'entry';
  }

  /** Moves whatever is in the way, the path itself or a link in the place of an ancestor, to quarantine. */
  async #setAside(quarantine: () => Quarantine): Promise<string | undefined> {
    let kept: string | undefined;
    for (;;) {
      const found = await walk(this.#root, this.path);
      if (found.kind === 'missing') return kept;
      await using parent = found.parent;
      kept = await quarantine().take(`${parent.path}/${found.name}`, found.relative);
      if (found.kind === 'entry') return kept;
    }
  }

  /** Opens the directory that holds the path, making what is missing on the way. */
  async #parent(quarantine: () => Quarantine): Promise<HeldDirectory> {
    const parts = partsBelow(this.#root, this.path).slice(0, -1);
    let held = await openDirectory(this.#root);
    for (const [index, name] of parts.entries()) {
      const child = `${held.path}/${name}`;
      const stats = await look(child);
      if (stats !== undefined && !stats.isDirectory()) {
        await quarantine().take(child, parts.slice(0, index + 1).join('/'));
      }
      if (stats?.isDirectory() !== true) await files().mkdir(child);
      const next = await openDirectory(child);
      await held[Symbol.asyncDispose]();
      held = next;
    }
    return held;
  }

  /** The content stays what it was before the first run; only the identity of what was written back is new. */
  #withNewSignatures(written: Tree): Tree {
    const merged = new Map(
      [...this.#baseline].map(([name, entry]) => {
        const signature = written.get(name)?.signature ?? entry.signature;
        return [name, { ...entry, signature }] as const;
      }),
    );
    return merged;
  }
}
