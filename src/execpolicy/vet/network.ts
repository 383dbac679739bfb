import { type Finding } from '../decision.js';
import type { NetworkAccess } from '../../types.js';
import { coversHost, type NetworkTarget, targetOfHost, targetOfUrl } from '../match/network.js';
import type { NetworkRule } from '../rule.js';
import type { Named } from '../rules/compile.js';
import { type Word } from '../word.js';

/** Whether a rule is about a target. A method is only compared when there is one. */
export function matchesTarget(rule: NetworkRule, target: NetworkTarget, method: string | undefined): boolean {
  if (!rule.hosts.some((host) => coversHost(host, target.host))) return false;
  if (rule.ports !== undefined && (target.port === undefined || !rule.ports.includes(target.port)))
    return false;
  return rule.methods === undefined || (method !== undefined && rule.methods.includes(method));
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host.startsWith('127.') || host === '::1';
}

/** The target that a word names, and whether it has methods. */
export function targetOf(kind: 'url' | 'host', word: string): NetworkTarget | undefined {
  return kind === 'url' ? targetOfUrl(word) : targetOfHost(word);
}

/** As much of a word as names its host: what comes after the path begins cannot change it. */
function knownPart(kind: 'url' | 'host', word: Word): string | undefined {
  if (typeof word === 'string') return word;
  const found =
    kind === 'url' && word.count !== 'any' ? /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*[/?#]/i.exec(word.prefix) : null;
  return found?.[0];
}

/** What rules and profile say about a target that a command names. */
export function vetTarget(
  rules: readonly Named<NetworkRule>[],
  network: NetworkAccess,
  kind: 'url' | 'host',
  word: Word,
  method: string | undefined,
): readonly Finding[] {
  const subject = typeof word === 'string' ? word : word.text;
  const known = knownPart(kind, word);
  const target = known === undefined ? undefined : targetOf(kind, known);
  if (network === 'none' && (target === undefined || !isLoopback(target.host))) {
    const reason = 'the profile has no network';
    return [{ decision: 'deny', reason, suggestion: "profile: 'workspace-net' or 'net-read-only'", subject }];
  }
  if (target === undefined) {
    const reason =
      typeof word === 'string'
        ? 'programs differ about which host this is'
        : 'the host is known only when the command runs';
    return [{ decision: 'ask', reason, subject }];
  }
  const web = target.scheme === 'http' || target.scheme === 'https';
  const found = rules.filter(({ rule }) => matchesTarget(rule, target, web ? (method ?? 'GET') : undefined));
  if (found.length === 0) return [{ decision: 'ask', reason: 'no network rule names this host', subject }];
  return found.map(({ name, rule }) => ({
    decision: rule.decision,
    reason: rule.justification,
    ...(rule.suggestion === undefined ? {} : { suggestion: rule.suggestion }),
    rule: name,
    subject,
  }));
}
