import { each, rule } from './sbpl.js';

/** `localhost`: ports on this machine and nothing else, for a proxy that decides about the rest. */
export type NetworkReach =
  | { readonly kind: 'none' }
  | { readonly kind: 'localhost'; readonly ports: readonly number[] }
  | { readonly kind: 'all' };

const privateSockets = '(subpath (param "SCRATCH"))';

/** Programs of a run may talk to each other through sockets in its own scratch directory. No socket of the host is in there. */
const scratchSockets: readonly string[] = [
  rule('allow', 'system-socket', ['(socket-domain AF_UNIX)']),
  rule('allow', 'network-bind network-inbound', [`(local unix-socket ${privateSockets})`]),
  rule('allow', 'network-outbound', [`(remote unix-socket ${privateSockets})`]),
];

/** What a program asks when it opens a connection by name and checks a certificate. */
const internet: readonly string[] = [
  rule('allow', 'network-outbound', ['(remote ip)']),
  rule('allow', 'network-bind network-inbound', ['(local ip)']),
  rule('allow', 'system-socket', ['(socket-domain AF_INET)', '(socket-domain AF_INET6)']),
  // Routes and interfaces, of which `getifaddrs` tells, and the kernel's own control socket, which resolvers use to follow changes.
  rule('allow', 'system-socket', [
    '(socket-domain AF_ROUTE)',
    '(require-all (socket-domain AF_SYSTEM) (socket-protocol 2))',
  ]),
  rule('allow', 'sysctl-read', each('sysctl-name-prefix', ['net.routetable'])),
  // The resolver is a daemon. Without network it stays closed, since names carry data out too.
  rule('allow', 'network-outbound', each('literal', ['/private/var/run/mDNSResponder'])),
  rule(
    'allow',
    'mach-lookup',
    each('global-name', [
      'com.apple.SystemConfiguration.configd',
      'com.apple.SystemConfiguration.DNSConfiguration',
      'com.apple.networkd',
      'com.apple.ocspd',
      'com.apple.trustd',
      'com.apple.trustd.agent',
    ]),
  ),
];

export function networkRules(reach: NetworkReach): readonly string[] {
  switch (reach.kind) {
    case 'none':
      return scratchSockets;
    case 'localhost':
      return [
        ...scratchSockets,
        ...reach.ports.map((port) => {
          if (!Number.isInteger(port) || port < 1 || port > 65_535)
            throw new RangeError(`not a port: ${port}`);
          return rule('allow', 'network-outbound', [`(remote tcp "localhost:${port}")`]);
        }),
        ...(reach.ports.length === 0
          ? []
          : [rule('allow', 'system-socket', ['(socket-domain AF_INET)', '(socket-domain AF_INET6)'])]),
      ];
    case 'all':
      return [...scratchSockets, ...internet];
  }
}
