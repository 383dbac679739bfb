import { dirname } from 'node:path';

import { isInside } from '../profile/containment.js';
import {
  type Action,
  type ActionVerdict,
  type Enforcement,
  type Guarantee,
  type SandboxPolicy,
} from '../types.js';
import { type Access, readAccess, writeAccess } from './access.js';

function quote(path: string): string {
  return JSON.stringify(path);
}

/** The smallest rule that lets a path be read. A credential file is opened by naming it exactly, never by a tree around it. */
function readSuggestion(path: string, access: Access): string | undefined {
  if (access.rule.startsWith('hidden:')) {
    return access.entry === undefined ? undefined : `filesystem: { allowRead: [${quote(access.entry)}] }`;
  }
  return `filesystem: { allowRead: [${quote(path)}] }`;
}

function writeSuggestion(path: string, policy: SandboxPolicy, access: Access): string | undefined {
  if (access.entry !== undefined && access.rule.startsWith('protected:')) {
    return `filesystem: { allowWrite: [${quote(access.entry)}] }`;
  }
  if (!access.rule.startsWith('nothing')) return undefined;
  if (isInside(path, policy.workspace)) return "profile: 'workspace-write'";
  // A grant must exist, so the directory is named for a file that may not.
  return `filesystem: { allowWrite: [${quote(dirname(path))}] }`;
}

function verdict(
  action: ActionVerdict['action'],
  target: string,
  access: Access,
  mechanism: string,
  suggestion: string | undefined,
): ActionVerdict {
  const base = { action, target, allowed: access.allowed, rule: access.rule, mechanism };
  return access.allowed || suggestion === undefined ? base : { ...base, suggestion };
}

function explainConnect(target: string, policy: SandboxPolicy, mechanism: string): ActionVerdict {
  const open = policy.network === 'all';
  return verdict(
    'connect',
    target,
    { allowed: open, rule: `network: ${policy.network}` },
    open ? 'nothing' : mechanism,
    policy.filesystem.writable.length > 0 ? "profile: 'workspace-net'" : "network: 'all'",
  );
}

/** Answers one action under a policy. Paths of the action are absolute and canonical. Pure. */
export function explainAction(
  policy: SandboxPolicy,
  enforcement: Enforcement,
  action: Action,
): ActionVerdict {
  const mounts = enforcement.tier === 'standard';
  const mechanism = (guarantee: Guarantee): string => enforcement.guarantees[guarantee].mechanism;
  if ('connect' in action) return explainConnect(action.connect, policy, mechanism('network'));
  if ('write' in action) {
    const access = writeAccess(action.write, policy, mounts);
    const guarantee = access.rule.startsWith('protected:') ? 'fs-protected' : 'fs-write';
    const suggestion = writeSuggestion(action.write, policy, access);
    return verdict(
      'write',
      action.write,
      access,
      access.allowed ? 'nothing' : mechanism(guarantee),
      suggestion,
    );
  }
  const [kind, path] =
    'read' in action ? (['read', action.read] as const) : (['execute', action.execute] as const);
  const access = readAccess(path, policy, mounts);
  return verdict(
    kind,
    path,
    access,
    access.allowed ? 'nothing' : mechanism('fs-secrets'),
    readSuggestion(path, access),
  );
}
