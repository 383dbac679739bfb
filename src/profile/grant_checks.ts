import { ProfileError } from '../errors.js';
import type { CanonicalPath } from './canonical.js';
import { isInside, isInsideAny } from './containment.js';
import type { Grants } from './grants.js';
import { tooWide } from './workspace.js';

function invalid(where: string, problem: string): never {
  throw new ProfileError('ERR_INVALID_PATH', `${where}: ${problem}`, { subject: where });
}

/**
 * Refuses a grant that leads through a symlink of the workspace or of a writable tree. An earlier run, or whoever made the workspace,
 * could have put the link there, and would decide what is granted.
 */
export function checkLinks(grants: Grants, workspace: string): void {
  const untrusted = [workspace, ...grants.write];
  for (const item of grants.named) {
    const link = item.links.find((path) => isInsideAny(path, untrusted));
    if (link === undefined) continue;
    invalid(
      'filesystem',
      `${JSON.stringify(link)} is a symlink that a sandboxed command could have made, so nothing is granted through it. If ${JSON.stringify(item.path)} is meant, name that path.`,
    );
  }
}

/** Refuses what must never be writable. A root that only holds a hidden path is fine: the hidden path stays out of it. */
export function checkWritable(
  write: readonly string[],
  hidden: readonly CanonicalPath[],
  homes: readonly string[],
): void {
  for (const path of write) {
    const problem = tooWide(path, homes);
    if (problem !== undefined)
      invalid(
        'filesystem.allowWrite',
        `${JSON.stringify(path)} ${problem}. Name the directories that are needed.`,
      );
    if (isInsideAny(path, ['/proc', '/sys'])) {
      invalid(
        'filesystem.allowWrite',
        `${JSON.stringify(path)} is an interface of the kernel, not a place for files.`,
      );
    }
    const cover = hidden.find((item) => isInside(path, item.path));
    if (cover !== undefined) {
      invalid(
        'filesystem.allowWrite',
        `${JSON.stringify(path)} lies inside ${JSON.stringify(cover.path)}, which is hidden.`,
      );
    }
  }
}

/** Refuses a grant that would have to make a hole into a hidden directory. */
export function checkReadable(read: readonly string[], hidden: readonly CanonicalPath[]): void {
  for (const path of read) {
    const cover = hidden.find((item) => isInside(path, item.path));
    if (cover === undefined) continue;
    const fix =
      cover.path === path
        ? 'It is hidden by the profile itself.'
        : `Grant ${JSON.stringify(cover.path)} itself, or a copy.`;
    invalid(
      'filesystem.allowRead',
      `${JSON.stringify(path)} lies inside ${JSON.stringify(cover.path)}, which is hidden. ${fix}`,
    );
  }
}

/** In a narrowed profile one side may hide what the other grants: the grant is gone, and that is nobody's mistake. */
export function withoutHidden(grants: Grants, hidden: readonly CanonicalPath[]): Grants {
  const visible = (path: string): boolean => !hidden.some((item) => isInside(path, item.path));
  return { ...grants, read: grants.read.filter(visible), write: grants.write.filter(visible) };
}
