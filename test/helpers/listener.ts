import { join } from 'node:path';
import { fixturePath } from './compile.js';
import { startHost } from './processes.js';
import { type Scene } from './scene.js';

export type ListenerKind =
  | 'tcp'
  | 'tcp6'
  | 'mptcp'
  | 'udp'
  | 'udp6'
  | 'udplite'
  | 'unix-stream'
  | 'unix-seqpacket'
  | 'unix-dgram'
  | 'unix-descriptors';

/** The system's own Python: a shim in a home directory would not be found once `HOME` is another one. */
export const python = '/usr/bin/python3';

/** Where a listener of the host writes what reached it. */
export function receivedFile(scene: Scene): string {
  return join(scene.outside, 'received');
}

/** Starts a server on the host, and returns its port or the address of its socket. It ends with the scene. */
export async function startListener(scene: Scene, kind: ListenerKind, address: string): Promise<string> {
  const argv = [python, fixturePath('listen.py'), kind, address, receivedFile(scene)];
  const { child, line } = await startHost(argv, { cwd: scene.base, env: scene.env });
  scene.onEnd(() => {
    child.kill('SIGKILL');
  });
  return line;
}
