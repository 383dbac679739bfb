import { crypto } from '../builtins.js';

import { partial } from '../compile/report.js';
import { UnsupportedError } from '../errors.js';
import { launcherPath } from '../native/launcher_path.js';
import { type Enforcement, type RunOptions, type WrappedCommand } from '../types.js';
import { factsHold } from './path_facts.js';
import { type Prepared, type ProfileKey } from './prepare.js';
import { observed, type Session } from './session.js';
import { workingDirectory } from './working_directory.js';

/** Nobody of ours is there when a wrapped command ends, so nothing can be undone then. */
function withoutGuard(prepared: Prepared): Enforcement {
  const { guard, enforcement, policy } = prepared;
  if (guard === undefined) return enforcement;
  if (guard.existing.length > 0 && policy.compat === 'hard') {
    throw new UnsupportedError(
      'ERR_UNSUPPORTED_FEATURE',
      `A wrapped command cannot protect ${guard.existing[0] ?? ''}: no mount holds it, its changes are undone when a run ends, ` +
        "and `wrap` has nobody to do it. Use `run` or `spawn`, allow user namespaces, or accept it with `compat: 'best-effort'`.",
      { subject: 'fs-protected' },
    );
  }
  const reason =
    'protected paths that no mount protects can be created or changed: nobody checks them when a wrapped command ends';
  const report = partial(
    guard.existing.length > 0 ? 'nothing' : enforcement.guarantees['fs-protected'].mechanism,
    reason,
  );
  return { ...enforcement, guarantees: { ...enforcement.guarantees, 'fs-protected': report } };
}

function toRecord(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** Only the launcher of Linux confines by itself. Elsewhere the addon does, which nobody of ours runs in another spawner. */
export function requireWrap(platform: NodeJS.Platform): void {
  if (platform === 'linux') return;
  throw new UnsupportedError(
    'ERR_UNSUPPORTED_FEATURE',
    `\`wrap\` is there on Linux only; this is ${platform}. Use \`run\` or \`spawn\`.`,
    { subject: 'wrap' },
  );
}

/** The same command for another spawner: the launcher confines itself as the directives say and becomes the command. */
export function wrapCommand(
  session: Session,
  profile: ProfileKey,
  argv: readonly string[],
  options: RunOptions,
): WrappedCommand {
  session.active.requireOpen();
  requireWrap(process.platform);
  let prepared = session.policies.get(profile);
  // Whoever starts the command cannot ask for another policy when this one turns out to be stale.
  if (!factsHold(prepared.facts)) prepared = session.policies.refresh(profile, prepared);
  const environment = session.environment.get(prepared.policy.confined, options.env);
  const wrapped = {
    file: launcherPath(),
    args: [
      ...prepared.directives,
      'cwd',
      workingDirectory(options.cwd, prepared),
      ...(options.timeout === undefined || options.timeout === 0 ? [] : ['timeout', String(options.timeout)]),
      '--',
      ...argv,
    ],
    env: toRecord(environment.lines),
    enforcement: withoutGuard(prepared),
  };
  session.observer?.start({ ...observed(crypto().randomUUID(), argv, prepared), wrapped: true });
  return wrapped;
}
