import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Scene } from '../helpers/scene.js';
import { present, shell } from './support.js';

/** The file that a planted program writes when the host executes it. */
function pwned(scene: Scene): string {
  return join(scene.outside, 'pwned');
}

/** Text of a program that proves, on the host, that it was executed there. */
export function payload(scene: Scene): string {
  return `#!/bin/sh\necho ${scene.token} > ${pwned(scene)}\n`;
}

/** A script of an attack. In it `hook FILE` writes the payload as an executable file, and TOKEN is the scene's token. */
export function planting(text: string): (scene: Scene) => readonly string[] {
  return (scene) => {
    const hook = `hook() { printf '#!/bin/sh\\necho %s > %s\\n' ${scene.token} ${pwned(scene)} > "$1"; chmod +x "$1"; }`;
    return shell(`${hook}\n${text.replaceAll('TOKEN', scene.token)}`);
  };
}

/** Works with a repository on the host as its user would after the run; true when something planted was executed. */
export function hostRunsPayload(scene: Scene, folder = scene.workspace): boolean {
  for (const command of [
    ['status', '--short'],
    ['commit', '-q', '--allow-empty', '-m', 'after the run'],
    ['fetch', '-q'],
  ]) {
    // It may fail, in a repository that the attack broke.
    spawnSync('git', command, { cwd: folder, env: scene.env, stdio: 'ignore' });
  }
  return present(pwned(scene));
}
