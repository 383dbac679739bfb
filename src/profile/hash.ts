import { crypto } from '../builtins.js';
import type { SandboxPolicy } from '../types.js';

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  // Without a prototype, so that a key such as __proto__ is a key like any other.
  const sorted = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of entries) sorted[key] = canonical(item);
  return sorted;
}

/** JSON with sorted keys and without absent values: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(canonical(value));
}

/** SHA-256 of a policy in hex. Two policies with one hash allow the same. */
export function policyHash(policy: SandboxPolicy): string {
  return crypto().createHash('sha256').update(canonicalJson(policy)).digest('hex');
}
