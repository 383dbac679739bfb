import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GuardPlan, ProtectedGuard } from '../../../src/run/protected_guard.js';
import { type Violation } from '../../../src/types.js';

let base: string;
let workspace: string;
let stateBefore: string | undefined;

const at = (...parts: readonly string[]): string => join(workspace, ...parts);

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'moated-guard-')));
  workspace = join(base, 'workspace');
  mkdirSync(at('.git/hooks'), { recursive: true });
  writeFileSync(at('.git/config'), 'good\n', { mode: 0o640 });
  writeFileSync(at('.git/hooks/sample'), 'sample\n');
  stateBefore = process.env['XDG_STATE_HOME'];
  process.env['XDG_STATE_HOME'] = join(base, 'state');
});

afterEach(() => {
  if (stateBefore === undefined) delete process.env['XDG_STATE_HOME'];
  else process.env['XDG_STATE_HOME'] = stateBefore;
  rmSync(base, { recursive: true, force: true });
});

const quarantine = (...parts: readonly string[]): string =>
  join(base, 'state/moated/quarantine/run-1', ...parts);

/** What a guard finds after `during`, which stands for the run. */
async function guarded(plan: Partial<GuardPlan>, during: () => void): Promise<readonly Violation[]> {
  const guard = new ProtectedGuard({ roots: [workspace], absent: [], existing: [], ...plan }, 'run-1');
  guard.begin();
  during();
  return guard.end(true);
}

describe('paths that did not exist', () => {
  it('are no violation when they still do not', async () => {
    expect(await guarded({ absent: [at('.vscode'), at('deep/er/x')] }, () => undefined)).toEqual([]);
    expect(existsSync(join(base, 'state'))).toBe(false);
  });

  it('are moved to quarantine, with what is in them', async () => {
    const violations = await guarded({ absent: [at('.vscode')] }, () => {
      mkdirSync(at('.vscode'));
      writeFileSync(at('.vscode/tasks.json'), 'evil');
    });
    expect(violations).toMatchObject([
      { guarantee: 'fs-protected', operation: 'create', target: at('.vscode'), source: 'inferred' },
    ]);
    expect(existsSync(at('.vscode'))).toBe(false);
    expect(readFileSync(quarantine('.vscode/tasks.json'), 'utf8')).toBe('evil');
  });

  it('are found among many, by listing the directory', async () => {
    const absent = Array.from({ length: 30 }, (_, index) => at(`.rc${index}`));
    const violations = await guarded({ absent }, () => {
      writeFileSync(at('.rc7'), 'x');
    });
    expect(violations.map(({ target }) => target)).toEqual([at('.rc7')]);
    expect(readdirSync(workspace)).toEqual(['.git']);
  });

  it('as a symbolic link: the link is moved and its target stays', async () => {
    writeFileSync(join(base, 'victim'), 'mine');
    await guarded({ absent: [at('.npmrc')] }, () => {
      symlinkSync(join(base, 'victim'), at('.npmrc'));
    });
    expect(readlinkSync(quarantine('.npmrc'))).toBe(join(base, 'victim'));
    expect(readFileSync(join(base, 'victim'), 'utf8')).toBe('mine');
  });

  it('below an ancestor that became a link: the link is moved, nothing outside is touched', async () => {
    mkdirSync(join(base, 'outside/er'), { recursive: true });
    writeFileSync(join(base, 'outside/er/hooks'), 'host file');
    const violations = await guarded({ absent: [at('sub/er/hooks')] }, () => {
      symlinkSync(join(base, 'outside'), at('sub'));
    });
    expect(violations).toMatchObject([{ target: at('sub') }]);
    expect(readFileSync(join(base, 'outside/er/hooks'), 'utf8')).toBe('host file');
    expect(lstatSync(quarantine('sub')).isSymbolicLink()).toBe(true);
  });

  it('are left alone when nothing ran: what appeared is the host’s', async () => {
    const guard = new ProtectedGuard({ roots: [workspace], absent: [at('.vscode')], existing: [] }, 'run-1');
    guard.begin();
    mkdirSync(at('.vscode'));
    expect(await guard.end(false)).toEqual([]);
    expect(existsSync(at('.vscode'))).toBe(true);
  });

  it('are removed also when they cannot be kept', async () => {
    const violations = await guarded({ absent: [at('.vscode')] }, () => {
      mkdirSync(at('.vscode'));
      execFileSync('mkfifo', [at('.vscode/pipe')]);
    });
    expect(violations).toHaveLength(1);
    expect(existsSync(at('.vscode'))).toBe(false);
  });

  it('the quarantine is never inside a tree that may be written', async () => {
    process.env['XDG_STATE_HOME'] = at('state');
    const [violation] = await guarded({ absent: [at('.vscode')] }, () => {
      writeFileSync(at('.vscode'), '');
    });
    expect(violation?.message).toContain('/var/tmp/moated-');
    const kept = /moved to (\S+)\.$/.exec(violation?.message ?? '')?.[1] ?? '';
    expect(existsSync(kept)).toBe(true);
    rmSync(kept);
  });
});

describe('existing paths that no mount protects', () => {
  const existing = (): Partial<GuardPlan> => ({ existing: [at('.git/config'), at('.git/hooks')] });

  it('are no violation when nothing changed', async () => {
    const inode = lstatSync(at('.git/config')).ino;
    expect(await guarded(existing(), () => undefined)).toEqual([]);
    expect(lstatSync(at('.git/config')).ino).toBe(inode);
  });

  it('are put back when their content changed, and the changed version is kept', async () => {
    const violations = await guarded(existing(), () => {
      writeFileSync(at('.git/config'), 'evil\n');
    });
    expect(violations).toMatchObject([{ operation: 'change', target: at('.git/config') }]);
    expect(readFileSync(at('.git/config'), 'utf8')).toBe('good\n');
    expect(lstatSync(at('.git/config')).mode & 0o777).toBe(0o640);
    expect(readFileSync(quarantine('.git/config'), 'utf8')).toBe('evil\n');
  });

  it('are put back when a file was added, removed or made executable', async () => {
    for (const change of [
      () => {
        writeFileSync(at('.git/hooks/pre-commit'), 'evil');
      },
      () => {
        unlinkSync(at('.git/hooks/sample'));
      },
      () => {
        chmodSync(at('.git/hooks/sample'), 0o755);
      },
    ]) {
      rmSync(join(base, 'state'), { recursive: true, force: true });
      const mode = lstatSync(at('.git/hooks/sample')).mode;
      expect(await guarded(existing(), change)).toHaveLength(1);
      expect(readdirSync(at('.git/hooks'))).toEqual(['sample']);
      expect(lstatSync(at('.git/hooks/sample')).mode).toBe(mode);
    }
  });

  it('are put back when they were removed, or moved away with their parent', async () => {
    expect(
      await guarded(existing(), () => {
        rmSync(at('.git/config'));
      }),
    ).toHaveLength(1);
    expect(readFileSync(at('.git/config'), 'utf8')).toBe('good\n');
    const moved = (): void => {
      renameSync(at('.git'), at('.git2'));
      mkdirSync(at('.git/hooks'), { recursive: true });
      writeFileSync(at('.git/hooks/pre-commit'), 'evil');
    };
    expect(await guarded(existing(), moved)).toHaveLength(2);
    expect(readdirSync(at('.git/hooks'))).toEqual(['sample']);
    expect(readFileSync(at('.git/config'), 'utf8')).toBe('good\n');
  });

  it('are put back when the parent became a link, and nothing outside is touched', async () => {
    mkdirSync(join(base, 'outside/hooks'), { recursive: true });
    writeFileSync(join(base, 'outside/config'), 'host file');
    await guarded(existing(), () => {
      renameSync(at('.git'), at('.git2'));
      symlinkSync(join(base, 'outside'), at('.git'));
    });
    expect(readFileSync(join(base, 'outside/config'), 'utf8')).toBe('host file');
    expect(readdirSync(join(base, 'outside'))).toEqual(['config', 'hooks']);
    expect(lstatSync(at('.git')).isDirectory()).toBe(true);
    expect(readFileSync(at('.git/config'), 'utf8')).toBe('good\n');
  });

  it('are put back when the parent is a link to the very same tree', async () => {
    const violations = await guarded(existing(), () => {
      renameSync(at('.git'), at('.real'));
      symlinkSync('.real', at('.git'));
    });
    expect(violations).toHaveLength(2);
    expect(lstatSync(at('.git')).isDirectory()).toBe(true);
  });

  it('are freed of a hard link that was made to them', async () => {
    await guarded(existing(), () => {
      linkSync(at('.git/config'), at('alias'));
    });
    expect(lstatSync(at('.git/config')).ino).not.toBe(lstatSync(at('alias')).ino);
    expect(readFileSync(at('.git/config'), 'utf8')).toBe('good\n');
  });

  it('a symbolic link is put back where it led', async () => {
    symlinkSync('first', at('link'));
    const violations = await guarded({ existing: [at('link')] }, () => {
      unlinkSync(at('link'));
      symlinkSync('second', at('link'));
    });
    expect(violations).toHaveLength(1);
    expect(readlinkSync(at('link'))).toBe('first');
  });

  it('a change by the host between two runs is taken over', async () => {
    await guarded(existing(), () => undefined);
    writeFileSync(at('.git/config'), 'newer\n');
    expect(await guarded(existing(), () => undefined)).toEqual([]);
    expect(readFileSync(at('.git/config'), 'utf8')).toBe('newer\n');
  });

  it('a second run does not take over what the first one did before it started', async () => {
    const plan = { roots: [workspace], absent: [], existing: [at('.git/config')] };
    const first = new ProtectedGuard(plan, 'run-1');
    const second = new ProtectedGuard(plan, 'run-2');
    first.begin();
    writeFileSync(at('.git/config'), 'evil\n');
    second.begin();
    expect(await first.end(true)).toHaveLength(1);
    expect(await second.end(true)).toEqual([]);
    expect(readFileSync(at('.git/config'), 'utf8')).toBe('good\n');
  });
});
