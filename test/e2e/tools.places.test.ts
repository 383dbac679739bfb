import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { tiers, writing } from '../helpers/cases.js';
import { runSandboxed } from '../helpers/sandboxed.js';
import { createScene, host, type Scene } from '../helpers/scene.js';
import { skipUnless } from '../helpers/require.js';

let scene: Scene;
beforeEach(() => {
  scene = createScene();
});
afterEach(() => scene.end());

/** A directory that is removed with the scene. */
function temporary(parent: string): string {
  const folder = mkdtempSync(join(parent, 'moated-place-'));
  scene.onEnd(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

const root = process.getuid?.() === 0;

/** Where a workspace may lie. */
const places: Readonly<Record<string, () => string>> = {
  'below /tmp': () => temporary('/tmp'),
  'below /var/tmp': () => temporary('/var/tmp'),
  'in the home directory': () => join(scene.home, 'project'),
  'beside credential files, in a directory with a dot': () => join(scene.home, '.config/project'),
  'on another file system': () => {
    const point = join(scene.base, 'mounted');
    mkdirSync(point);
    host(scene, ['mount', '-t', 'tmpfs', 'none', point]);
    scene.onEnd(() => {
      // Lazily: a run may have left a descriptor of it to the garbage collector.
      host(scene, ['umount', '--lazy', point]);
    });
    return point;
  },
  'behind a symbolic link': () => {
    mkdirSync(join(scene.base, 'real'));
    symlinkSync('real', join(scene.base, 'link'));
    return join(scene.base, 'link');
  },
  'below a symbolic link in /tmp': () => {
    const folder = temporary('/tmp');
    symlinkSync(scene.outside, join(folder, 'link'));
    mkdirSync(join(scene.outside, 'project'));
    return join(folder, 'link/project');
  },
  'with odd characters in its name': () => join(scene.base, 'a b\'c"d\\e$f\ng*ü'),
};

describe.each(Object.entries(places))('a workspace %s', (name, place) => {
  const possible =
    name !== 'on another file system' || skipUnless('root', root, 'only the superuser mounts a file system');
  describe.skipIf(!possible).each(writing)('%s', (profile) => {
    it.each(tiers)('%s: can be written, and nothing beside it', async (tier) => {
      const workspace = place();
      mkdirSync(workspace, { recursive: true });
      const script =
        'pwd; mkdir -p d && echo "$1" > d/file && mv d e && cat e/file; echo "$1" > ../beside; echo "$1" > "$2"';
      const result = await runSandboxed(
        { ...scene, workspace },
        ['/bin/sh', '-c', script, 'sh', scene.token, scene.target],
        { profile, tier },
      );
      expect(result.stdout, result.stderr).toContain(scene.token);
      expect(readFileSync(join(workspace, 'e/file'), 'utf8')).toContain(scene.token);
      expect(existsSync(join(workspace, '../beside'))).toBe(false);
      expect(readFileSync(scene.target, 'utf8')).not.toContain(scene.token);
    });
  });

  it.skipIf(!possible).each(tiers)('offline, %s: can be read', async (tier) => {
    const workspace = place();
    mkdirSync(join(workspace, 'd'), { recursive: true });
    const result = await runSandboxed({ ...scene, workspace }, ['/bin/sh', '-c', 'ls; echo x > f'], {
      profile: 'offline',
      tier,
    });
    expect(result.stdout).toBe('d\n');
    expect(existsSync(join(workspace, 'f'))).toBe(false);
  });
});

describe.skipIf(!skipUnless('root', root, 'only the superuser mounts a file system'))(
  'a sandbox that was disposed of',
  () => {
    it.each(tiers)('%s: does not keep the file system of its workspace busy', async (tier) => {
      const workspace = join(scene.base, 'mounted');
      mkdirSync(workspace);
      host(scene, ['mount', '-t', 'tmpfs', 'none', workspace]);
      scene.onEnd(() => {
        host(scene, ['sh', '-c', 'umount --lazy "$0" 2>/dev/null; true', workspace]);
      });
      await runSandboxed({ ...scene, workspace }, ['/bin/true'], { profile: 'workspace-write', tier });
      host(scene, ['umount', workspace]);
    });
  },
);

it.each(['/dev/shm', '/', '/usr', '/etc'])('%s is too wide for a workspace', async (workspace) => {
  await expect(
    runSandboxed({ ...scene, workspace }, ['/bin/true'], { profile: 'workspace-write', tier: 'auto' }),
  ).rejects.toMatchObject({ code: 'ERR_WORKSPACE_TOO_WIDE' });
});
