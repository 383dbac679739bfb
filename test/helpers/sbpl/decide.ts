import { type Filter, type Profile, type Rule } from './evaluate.js';
import { lineage } from './vocabulary.js';

/** One thing that a process tries, as the kernel puts it to the profile. */
export interface Request {
  readonly operation: string;
  /** The path by which the kernel knows the file, or the path of a unix socket. */
  readonly path?: string;
  /** A name: of a service, a sysctl, a semaphore, a driver. */
  readonly name?: string;
  readonly target?: string;
  readonly vnodeType?: string;
  readonly extensions?: readonly string[];
  readonly domain?: string;
  readonly protocol?: number;
  /** `tcp`, `udp` or `unix-socket`, with `host:port`; host is `localhost` or an address. */
  readonly protocolName?: string;
  readonly address?: string;
}

/**
 * How rules are weighed. The manuals say only that the last matching rule wins; whether a rule about an operation by its own name
 * counts for more than a later one about its family is not documented and was not checked against a Mac. A profile should come to the
 * same decision either way, so tests ask both.
 */
export type Reading = 'in order' | 'own name first';
export const readings: readonly Reading[] = ['in order', 'own name first'];

function below(path: string, tree: string): boolean {
  return path === tree || path.startsWith(tree === '/' ? '/' : `${tree}/`);
}

function matchesAddress({ values, filters }: Filter, request: Request): boolean {
  const [kind, where] = values as readonly string[];
  const { protocolName = '', address = '' } = request;
  if (kind === 'unix-socket')
    return protocolName === 'unix-socket' && filters.every((filter) => matches(filter, request));
  if (protocolName === 'unix-socket' || protocolName === '') return false;
  if (!kind!.startsWith('ip') && !kind!.startsWith(protocolName)) return false;
  if (where === undefined) return true;
  const [host, port] = where.split(':');
  const at = address.lastIndexOf(':');
  return (host === '*' || host === address.slice(0, at)) && (port === '*' || port === address.slice(at + 1));
}

function some(filter: Filter, test: (value: string) => boolean): boolean {
  return filter.values.some((value) => test(String(value)));
}

function matches(filter: Filter, request: Request): boolean {
  const { path, name, extensions = [] } = request;
  switch (filter.filter) {
    case 'literal':
    case 'path':
      return path !== undefined && some(filter, (value) => value === path);
    case 'subpath':
      return path !== undefined && some(filter, (value) => below(path, value));
    case 'prefix':
      return path !== undefined && some(filter, (value) => path.startsWith(value));
    case 'regex':
      return path !== undefined && some(filter, (value) => new RegExp(value, 'u').test(path));
    case 'global-name':
    case 'local-name':
    case 'sysctl-name':
    case 'ipc-posix-name':
    case 'iokit-registry-entry-class':
    case 'iokit-user-client-class':
      return some(filter, (value) => value === name);
    case 'global-name-prefix':
    case 'sysctl-name-prefix':
    case 'ipc-posix-name-prefix':
      return name !== undefined && some(filter, (value) => name.startsWith(value));
    case 'ipc-posix-name-regex':
      return name !== undefined && some(filter, (value) => new RegExp(value, 'u').test(name));
    case 'extension':
      return some(filter, (value) => extensions.includes(value));
    case 'target':
      return some(filter, (value) => value === request.target);
    case 'vnode-type':
      return some(filter, (value) => value === request.vnodeType);
    case 'socket-domain':
      return some(filter, (value) => value === request.domain);
    case 'socket-protocol':
      return some(filter, (value) => Number(value) === request.protocol);
    case 'require-all':
      return filter.filters.every((one) => matches(one, request));
    case 'require-any':
      return filter.filters.some((one) => matches(one, request));
    case 'require-not':
      return !matches(filter.filters[0]!, request);
    case 'remote':
    case 'local':
      return matchesAddress(filter, request);
    default:
      throw new Error(`a filter that is not modelled: ${filter.filter}`);
  }
}

/** Whether a rule speaks of this request; several filters of one rule are alternatives. */
function applies(rule: Rule, operation: string, request: Request): boolean {
  if (!rule.operations.includes(operation)) return false;
  return rule.filters.length === 0 || rule.filters.some((filter) => matches(filter, request));
}

/** The rule that decides, or undefined where the profile says nothing, not even by default. */
export function decidingRule(profile: Profile, request: Request, reading: Reading): Rule | undefined {
  const names = lineage(request.operation);
  const last = (operations: readonly string[]): Rule | undefined =>
    profile.rules.findLast((rule) => operations.some((operation) => applies(rule, operation, request)));
  if (reading === 'in order') return last(names.slice(0, -1)) ?? last(['default']);
  for (const name of names) {
    const rule = last([name]);
    if (rule !== undefined) return rule;
  }
  return undefined;
}

export function isAllowed(profile: Profile, request: Request, reading: Reading): boolean {
  return decidingRule(profile, request, reading)?.action === 'allow';
}
