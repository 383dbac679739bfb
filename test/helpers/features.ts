import { spawnSync } from 'node:child_process';

let namespaces: boolean | undefined;

/**
 * True when this user may make every namespace of the standard tier here and use it. It is found out with `unshare` and not asked of
 * the product, and with a mount inside: some systems allow the namespaces and then nothing within them.
 */
export function namespacesAvailable(): boolean {
  if (namespaces === undefined) {
    const kinds = [
      '--user',
      '--map-root-user',
      '--pid',
      '--mount',
      '--ipc',
      '--uts',
      '--net',
      '--fork',
      '--mount-proc',
    ];
    namespaces = spawnSync('unshare', [...kinds, 'true'], { stdio: 'ignore' }).status === 0;
  }
  return namespaces;
}
