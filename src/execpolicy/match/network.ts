/** A network target that a command names. */
export interface NetworkTarget {
  /** In small letters, without brackets and trailing dot. */
  readonly host: string;
  readonly port: number | undefined;
  readonly scheme: string;
}

const ports: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  ftp: 21,
  ftps: 990,
  ssh: 22,
  sftp: 22,
  git: 9418,
};

const name =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/**
 * A host the way that every program reads it: letters, digits, `-`, `_` and dots, or an IPv6 address. Numbers that are no dotted
 * quad (`0x7f.1`, `2130706433`) are refused, since resolvers differ about them.
 */
export function canonicalHost(text: string): string | undefined {
  const host = text
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  if (host.includes(':')) return /^[0-9a-f:.]+$/.test(host) ? host : undefined;
  if (!name.test(host)) return undefined;
  const last = host.slice(host.lastIndexOf('.') + 1);
  if (!/^(?:\d+|0x[0-9a-f]*)$/.test(last)) return host;
  const bytes = host.split('.');
  const plain =
    bytes.length === 4 && bytes.every((byte) => /^(?:0|[1-9]\d{0,2})$/.test(byte) && Number(byte) < 256);
  return plain ? host : undefined;
}

function target(host: string, port: string | undefined, scheme: string): NetworkTarget | undefined {
  const found = canonicalHost(host);
  if (found === undefined) return undefined;
  const number = port === undefined || port === '' ? ports[scheme] : Number(port);
  return number !== undefined && !(number >= 1 && number <= 65535)
    ? undefined
    : { host: found, port: number, scheme };
}

// No user part with a second "@", no backslash, no percent sign in the host: programs disagree about what those mean.
const url =
  /^([a-z][a-z0-9+.-]*):\/\/(?:[^\s/?#@\\]*@)?(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\\%[\]]+)(?::(\d{0,5}))?(?:[/?#]\S*)?$/i;

/** The target of a URL; without a scheme, of a host with an optional port and path, as curl and wget read it. */
export function targetOfUrl(text: string): NetworkTarget | undefined {
  const found = url.exec(text.includes('://') ? text : `http://${text}`);
  return found === null ? undefined : target(found[2] ?? '', found[3], (found[1] ?? '').toLowerCase());
}

// What ssh and scp take: user@host, [user@host]:path, host:path.
const remote = /^(?:[^\s@:/\\]+@)?(\[[0-9A-Fa-f:.]+\]|[^\s@:/\\%[\]]+)(?::(.*))?$/s;

/** The target of `user@host`, `host:path` or a URL. */
export function targetOfHost(text: string): NetworkTarget | undefined {
  if (text.includes('://')) return targetOfUrl(text);
  const found = remote.exec(text);
  return found === null ? undefined : target(found[1] ?? '', undefined, 'ssh');
}

/** Whether a pattern of a rule covers a host: itself, every name below `*.host`, or everything. */
export function coversHost(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  if (pattern.startsWith('*.')) return host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1;
  return pattern.replace(/^\[(.*)\]$/, '$1') === host;
}
