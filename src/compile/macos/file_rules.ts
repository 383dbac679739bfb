import { isInside, isInsideAny, outermost } from '../../profile/containment.js';
import { type PolicyPath, type SandboxPolicy } from '../../types.js';
import { between } from '../paths.js';
import { kernelPath, type Parameters } from './parameters.js';
import { each, ifKnown, rule } from './sbpl.js';
import { anySpelling } from './spelling.js';

/** A path and what is below it. `literal` too: `subpath` alone was seen to let the path itself be made. */
function tree(parameters: Parameters, role: string, path: string): readonly string[] {
  const value = parameters.path(role, path);
  return [`(literal ${value})`, `(subpath ${value})`];
}

function spelled(parameters: Parameters, role: string, path: string, exact: boolean): string {
  return `(regex ${parameters.pattern(role, anySpelling(kernelPath(path), { exact }))})`;
}

/** What starting a program reads besides the system's directories: the loader's cache, and which shell `/bin/sh` is. */
const loaderFiles = ['/private/var/db/dyld', '/private/var/db/timezone', '/private/var/select'];
/** Where the developer tools are, of which `/usr/bin/git` is only a door. */
const loaderLinks = ['/private/var/db/xcode_select_link'];

function readRules(policy: SandboxPolicy, parameters: Parameters): readonly string[] {
  const { read, readable, writable } = policy.filesystem;
  if (read === 'all') return [rule('allow', 'file-read*', 'everything')];
  const trees = outermost([...readable, ...writable]);
  return [
    // Names, kinds and times: every program looks at the directories above what it opens.
    rule('allow', 'file-read-metadata', 'everything'),
    // Recent versions also read the entries of the root when they start a program.
    rule('allow', 'file-read-data', ['(literal "/")']),
    rule('allow', 'file-read*', [...each('subpath', loaderFiles), ...each('literal', loaderLinks)]),
    rule(
      'allow',
      'file-read*',
      trees.map((path) => `(subpath ${parameters.path('READ', path)})`),
    ),
  ];
}

/** Hidden files: no rule of the run may open them, under any name that the kernel could have for them. */
function hiddenFilters(policy: SandboxPolicy, parameters: Parameters): readonly string[] {
  const { hidden, writable } = policy.filesystem;
  return hidden.flatMap(({ path, kind }) => [
    ...tree(parameters, 'HIDE', path),
    // One that does not exist, where the run cannot make it, has no other spelling yet.
    ...(kind === 'absent' && !isInsideAny(path, writable) ? [] : [spelled(parameters, 'HIDE', path, false)]),
  ]);
}

/**
 * What the kernel's log keeps on disk, readable to administrators. It has the tags of other runs, and who knows one could try to have
 * his own refusals taken for theirs.
 */
const logs: readonly string[] = ['/private/var/db/diagnostics'];

/** The directories between writable trees and paths in them, and the trees themselves. */
function pinned(policy: SandboxPolicy): readonly string[] {
  const { hidden, protected: guarded, protectedLinks = [], writable } = policy.filesystem;
  const roots = outermost(writable);
  const inside = [...guarded, ...hidden].map(({ path }: PolicyPath) => path).concat(protectedLinks);
  const found = new Set(writable);
  for (const path of inside) {
    const root = roots.find((candidate) => isInside(path, candidate) && path !== candidate);
    if (root !== undefined) for (const directory of between(root, path)) found.add(directory);
  }
  return [...found].sort();
}

/**
 * Rules are by path, and the last one that matches decides. Whoever moves a directory takes what is in it out of the reach of every
 * rule about it, and whoever moves another to its place brings content that no rule has seen. So the directories on the way to such
 * a path may be neither removed nor renamed, nor made or renamed to.
 */
function pinRules(policy: SandboxPolicy, parameters: Parameters): readonly string[] {
  const filters = pinned(policy).flatMap((path) => [
    `(literal ${parameters.path('PIN', path)})`,
    spelled(parameters, 'PIN', path, true),
  ]);
  return [rule('deny', 'file-write-unlink file-write-create', filters)];
}

function protectRules(policy: SandboxPolicy, parameters: Parameters): readonly string[] {
  const { protected: guarded, protectedLinks = [], writable } = policy.filesystem;
  const inside = guarded.filter(({ path }) => isInsideAny(path, writable));
  const filters = [
    ...inside.flatMap(({ path }) => [
      ...tree(parameters, 'PROTECT', path),
      spelled(parameters, 'PROTECT', path, false),
    ]),
    // A link that leads to a protected path may be followed, but not replaced.
    ...protectedLinks.flatMap((path) => [
      `(literal ${parameters.path('LINK', path)})`,
      spelled(parameters, 'LINK', path, true),
    ]),
  ];
  return [rule('deny', 'file-write*', filters)];
}

/**
 * What may be read and written. `file-link` is granted to nobody: which of its two paths the kernel compares is not documented, and
 * a second name for a file outside would be a way around every rule about the first.
 */
export function fileRules(policy: SandboxPolicy, parameters: Parameters): readonly string[] {
  const { hidden, writable } = policy.filesystem;
  const secrets = hiddenFilters(policy, parameters);
  return [
    ...readRules(policy, parameters),
    rule(
      'allow',
      'file-write*',
      writable.map((path) => `(subpath ${parameters.path('WRITE', path)})`),
    ),
    // Scratch directories of other runs of this user, and then the run's own.
    rule('deny', 'file-read* file-write*', ['(subpath (param "SCRATCHES"))']),
    rule('allow', 'file-read* file-write*', ['(subpath (param "SCRATCH"))']),
    rule('deny', 'file-read* file-read-data', each('subpath', logs)),
    // A program left behind with a setuid bit would give its owner's rights to every other user.
    rule('deny', 'file-write-setugid', 'everything'),
    ...pinRules(policy, parameters),
    ...protectRules(policy, parameters),
    rule('deny', 'file-read* file-read-data file-read-metadata file-write* process-exec', secrets),
    ifKnown('file-map-executable', rule('deny', 'file-map-executable', secrets)),
    ifKnown('file-clone', rule('deny', 'file-clone', secrets)),
    // That they are there is no secret, and many programs give up when they cannot even ask.
    rule(
      'allow',
      'file-read-metadata',
      hidden.map(({ path }) => `(literal ${parameters.path('HIDE', path)})`),
    ),
  ].filter((line) => line !== '');
}
