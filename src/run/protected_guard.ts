import { type SandboxPolicy, type Violation } from '../types.js';
import { protectedAbsent, protectedRoots, writableRoots } from '../compile/paths.js';
import { type Means } from '../compile/means.js';
import { undoCreations } from './guard/absent.js';
import { ProtectedTree } from './guard/protected_tree.js';
import { Quarantine } from './guard/quarantine.js';

/** Trees by path for the whole process: two sandboxes over one workspace must agree on what was there before the first run. */
const trees = new Map<string, ProtectedTree>();
const mostTrees = 256;

function treeAt(root: string, path: string): ProtectedTree {
  const known = trees.get(path);
  if (known !== undefined) return known;
  if (trees.size >= mostTrees) {
    for (const [other, tree] of trees) if (tree.idle) trees.delete(other);
  }
  const tree = new ProtectedTree(root, path);
  trees.set(path, tree);
  return tree;
}

/** What a guard watches, decided once per policy. */
export interface GuardPlan {
  readonly roots: readonly string[];
  readonly absent: readonly string[];
  /** Existing paths that no mount protects. */
  readonly existing: readonly string[];
}

/** What has to be looked at when a run ends, or undefined when the plan's own mechanisms hold every protected path. */
export function planGuard(policy: SandboxPolicy, means: Pick<Means, 'mounts'>): GuardPlan | undefined {
  if (!policy.confined || policy.filesystem.writable.length === 0) return undefined;
  const absent = protectedAbsent(policy);
  const links = policy.filesystem.protectedLinks ?? [];
  const existing = means.mounts ? [] : [...protectedRoots(policy), ...links];
  if (absent.length + existing.length === 0) return undefined;
  return { roots: writableRoots(policy), absent, existing };
}

/** Holds the protected paths of one run that no mechanism of the kernel holds: undoes changes when the run ends. */
export class ProtectedGuard {
  readonly #plan: GuardPlan;
  readonly #runId: string;
  readonly #trees: readonly ProtectedTree[];
  readonly #begun: ProtectedTree[] = [];
  #quarantine: Quarantine | undefined;

  constructor(plan: GuardPlan, runId: string) {
    this.#plan = plan;
    this.#runId = runId;
    this.#trees = plan.existing.flatMap((path) => {
      const root = plan.roots.find((candidate) => path.startsWith(`${candidate}/`));
      return root === undefined ? [] : [treeAt(root, path)];
    });
  }

  begin(): void {
    for (const tree of this.#trees) {
      tree.begin();
      this.#begun.push(tree);
    }
  }

  /** Checks everything. Paths that did not exist are looked at only when the command `ran`: what is there now may be the host's. */
  async end(ran: boolean): Promise<readonly Violation[]> {
    const quarantine = (): Quarantine => (this.#quarantine ??= new Quarantine(this.#runId, this.#plan.roots));
    // One after the other: two that put back the same ancestor would be in each other's way.
    const changes: Violation[] = [];
    for (const tree of this.#begun.splice(0)) {
      const undone = await tree.end(quarantine);
      if (undone !== undefined) changes.push(undone);
    }
    if (!ran) return changes;
    return [...changes, ...(await undoCreations(this.#plan.roots, this.#plan.absent, quarantine))];
  }
}
