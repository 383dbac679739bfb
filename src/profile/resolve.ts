import { ProfileError, UnsupportedError } from '../errors.js';
import type { FilesystemRules, ProfileDefinition, SandboxOptions, SandboxPolicy } from '../types.js';
import type { CanonicalPath } from './canonical.js';
import { isInside, isInsideAny, outermost } from './containment.js';
import { toDefinition } from './define.js';
import { outsideGitDirectory } from './git_outside.js';
import { checkLinks, checkReadable, checkWritable, withoutHidden } from './grant_checks.js';
import { addGrants, definitionGrants, runtimeTrees, type Grants } from './grants.js';
import { checkWorkspaceVisible, locateHides, locateSecrets, withAliases, withoutCovered } from './hidden.js';
import { defaultScratchBytes, overrideLimits } from './limits.js';
import type { MachineFacts } from './machine.js';
import { locate, type PathContext } from './paths.js';
import { protectPaths, replaceableLinks, toPolicyPath, uniquePaths } from './protected.js';
import { homesOf, resolveWorkspace, tooWide } from './workspace.js';

export type { MachineFacts } from './machine.js';

/** Options of a sandbox with the one that has no default here. */
export type ResolveOptions = SandboxOptions & { readonly workspace: string };

function refuseBroker(definition: ProfileDefinition): void {
  if (definition.base !== 'net-read-only') return;
  const from =
    definition.name === 'net-read-only' ? '' : ` (as the base of ${JSON.stringify(definition.name)})`;
  throw new UnsupportedError(
    'ERR_UNSUPPORTED_FEATURE',
    `The profile net-read-only${from} needs the egress broker, which this version does not have. Use offline, or workspace-net for the whole network.`,
    { subject: 'net-read-only' },
  );
}

/** The unconfined policy. A restriction that nothing would enforce is refused instead of being ignored. */
function unconfined(
  definition: ProfileDefinition,
  options: ResolveOptions,
  workspace: string,
): SandboxPolicy {
  const rules = options.filesystem ?? {};
  const ignored = [
    options.network === 'none' ? 'network' : undefined,
    rules.read === 'minimal' ? 'filesystem.read' : undefined,
    (rules.protect ?? []).length > 0 ? 'filesystem.protect' : undefined,
    (rules.hide ?? []).length > 0 ? 'filesystem.hide' : undefined,
  ].find((name) => name !== undefined);
  if (ignored !== undefined) {
    const problem = `${ignored}: cannot be enforced under trusted, which is not confined. Choose another profile, or leave it out.`;
    throw new ProfileError('ERR_INVALID_OPTION', problem, { subject: ignored });
  }
  return {
    ...common(definition, options, workspace),
    workspaceAccess: 'write',
    filesystem: { read: 'all', readable: ['/'], writable: ['/'], protected: [], hidden: [] },
    network: 'all',
    limits: overrideLimits(definition.limits, options.limits),
  };
}

function common(
  definition: ProfileDefinition,
  options: ResolveOptions,
  workspace: string,
): Pick<SandboxPolicy, 'version' | 'profile' | 'base' | 'confined' | 'workspace' | 'isolation' | 'compat'> {
  return {
    version: 1,
    profile: definition.name,
    base: definition.base,
    confined: definition.confined,
    workspace,
    isolation: options.isolation ?? 'auto',
    compat: options.compat ?? 'hard',
  };
}

/** The git directory outside of a writable workspace that git needs for `add` and `commit`, if it is safe to grant. */
function gitGrant(
  workspace: string,
  grants: Grants,
  hidden: readonly CanonicalPath[],
  homes: readonly string[],
  machine: MachineFacts,
): string[] {
  if (!isInsideAny(workspace, grants.write)) return [];
  const path = outsideGitDirectory(workspace, machine.uid);
  if (path === undefined || tooWide(path, homes) !== undefined) return [];
  return hidden.some((item) => isInside(path, item.path) || isInside(item.path, path)) ? [] : [path];
}

/**
 * Turns a profile and a sandbox's options into a policy: canonical paths of this machine, every default written out. What it reads
 * from the file system is what is there now; an absent path that matters is listed, so that whoever enforces the policy notices
 * when it appears and resolves again.
 */
export function resolvePolicy(
  profile: string | ProfileDefinition,
  options: ResolveOptions,
  machine: MachineFacts,
): SandboxPolicy {
  const definition = toDefinition(profile);
  refuseBroker(definition);
  const workspace = resolveWorkspace(options.workspace, machine, definition.confined);
  if (!definition.confined) return unconfined(definition, options, workspace);

  const context: PathContext = { workspace, home: machine.home };
  const homes = homesOf(machine);
  const added: FilesystemRules = options.filesystem ?? {};
  const rules = definition.filesystem;
  const narrowed = definition.within !== undefined;
  const named = addGrants(definitionGrants(definition, context), added, context);
  checkLinks(named, workspace);

  const hides = [...rules.hide, ...(added.hide ?? [])];
  const hiddenPaths = withAliases(
    [...locateSecrets(homes, machine, named.released), ...locateHides(hides, 'filesystem.hide', context)],
    machine,
  );
  checkWorkspaceVisible(workspace, hiddenPaths);
  const grants = narrowed ? withoutHidden(named, hiddenPaths) : named;
  checkReadable(grants.read, hiddenPaths);
  checkWritable(grants.write, hiddenPaths, homes);

  const protects = [...rules.protect, ...(added.protect ?? [])];
  const { writable, entries, found } = protectPaths({
    grants,
    extra: gitGrant(workspace, grants, hiddenPaths, homes, machine),
    chosen: protects.map((path, index) => locate(path, `filesystem.protect[${index}]`, context)),
    homes,
    narrowed,
  });
  const hidden = uniquePaths(hiddenPaths.map(toPolicyPath));
  const read = added.read ?? rules.read;
  const readable =
    read === 'all' ? ['/'] : outermost([...runtimeTrees(), workspace, ...grants.read, ...grants.write]);
  const links = replaceableLinks([...found, ...hiddenPaths], writable, entries);
  return {
    ...common(definition, options, workspace),
    workspaceAccess: isInsideAny(workspace, writable) ? 'write' : 'read',
    filesystem: {
      read,
      readable: readable.filter((tree) => !isInsideAny(tree, writable)),
      writable,
      protected: withoutCovered(entries, hidden),
      ...(links.length > 0 ? { protectedLinks: links } : {}),
      hidden,
    },
    network: options.network ?? definition.network,
    limits: overrideLimits({ scratchBytes: defaultScratchBytes, ...definition.limits }, options.limits),
  };
}
