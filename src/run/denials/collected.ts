import { type Denial, readDenials } from './denial.js';

/** What was refused to one run. */
export interface Refusals {
  /** Each once, however often it was tried. */
  readonly denials: readonly Denial[];
  /** Refusals that were not kept, since there were too many of that operation. */
  readonly leftOut: number;
  /** Reports of the kernel that could not be read. */
  readonly unread: number;
}

/** Kept of each operation of a run: a program that tries many things of one kind does not push out those of another. */
const mostTargets = 32;
/** Seatbelt has fewer operations than this, but a name that reads like a report can make up others. */
const mostOperations = 256;
/** Runs of which something is kept. Others on this machine have the same kind of tags, so most are none of ours. */
const mostRuns = 256;

class RefusalsOfRun {
  readonly #byOperation = new Map<string, Map<string, Denial>>();
  #leftOut = 0;
  #unread = 0;

  add(report: string): void {
    const denials = readDenials(report);
    if (denials.length === 0) this.#unread += 1;
    for (const denial of denials) this.#keep(denial);
  }

  #keep(denial: Denial): void {
    const { operation, target } = denial;
    const targets = this.#targetsOf(operation);
    if (targets?.has(target) === true) return;
    if (targets !== undefined && targets.size < mostTargets) targets.set(target, denial);
    else this.#leftOut += 1;
  }

  #targetsOf(operation: string): Map<string, Denial> | undefined {
    const known = this.#byOperation.get(operation);
    if (known !== undefined || this.#byOperation.size >= mostOperations) return known;
    const targets = new Map<string, Denial>();
    this.#byOperation.set(operation, targets);
    return targets;
  }

  get(): Refusals {
    const denials = [...this.#byOperation.values()].flatMap((targets) => [...targets.values()]);
    return { denials, leftOut: this.#leftOut, unread: this.#unread };
  }
}

const nothing: Refusals = { denials: [], leftOut: 0, unread: 0 };

/** Refusals by the tag of their run. Which tag a run has is known when it ends, so they are kept until then. */
export class Collected {
  readonly #runs = new Map<string, RefusalsOfRun>();
  #forgotten = 0;

  /** How many runs were forgotten because there were too many. */
  get forgotten(): number {
    return this.#forgotten;
  }

  add(tag: string, report: string): void {
    let run = this.#runs.get(tag);
    if (run === undefined) {
      this.#forgetOldest();
      this.#runs.set(tag, (run = new RefusalsOfRun()));
    }
    run.add(report);
  }

  #forgetOldest(): void {
    if (this.#runs.size < mostRuns) return;
    const [oldest] = this.#runs.keys();
    if (oldest !== undefined) this.#runs.delete(oldest);
    this.#forgotten += 1;
  }

  /** What was refused to a run, which is forgotten with that. */
  take(tag: string): Refusals {
    const run = this.#runs.get(tag);
    this.#runs.delete(tag);
    return run?.get() ?? nothing;
  }

  clear(): void {
    this.#runs.clear();
  }
}
