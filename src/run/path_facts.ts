import { lstatSync } from 'node:fs';

/** Directives that speak of a path whose identity a plan depends on, as in the addon. */
const identified = new Set(['read', 'write', 'device', 'pin', 'protect', 'hide', 'keep', 'absent']);

/** What was at each path of a plan when it was compiled. */
export type PathFacts = ReadonlyMap<string, string>;

function factOf(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.dev}:${stats.ino}:${stats.mode & 0o170000}`;
}

export function recordFacts(directives: readonly string[]): PathFacts {
  const facts = new Map<string, string>();
  for (let at = 0; at < directives.length; at += directives[at] === 'limit' ? 3 : 2) {
    const path = directives[at + 1];
    if (path !== undefined && identified.has(directives[at] ?? '')) facts.set(path, factOf(path));
  }
  return facts;
}

/**
 * True while every path is what it was. The addon looks too, and a captured run is simply tried again; what is handed out as streams
 * cannot be, so for those it is known beforehand.
 */
export function factsHold(facts: PathFacts): boolean {
  for (const [path, fact] of facts) if (factOf(path) !== fact) return false;
  return true;
}
