import { type Pseudonymise } from './pseudonym.js';
import { count, escapeRegExp, type Step } from './text.js';

/** The places whose paths say who somebody is. */
export interface Places {
  readonly home: readonly string[];
  readonly workspace: readonly string[];
  readonly tmp: readonly string[];
  /** Names of the user. */
  readonly user: readonly string[];
}

// Separators of either kind, as text or URL-encoded, with `/./` in between. A few at most: what has no bound takes quadratic time on a
// hostile argument.
const one = String.raw`(?:[\\/]|%2[fF]|%5[cC]){1,4}`;
const separator = String.raw`${one}(?:\.${one}){0,3}`;
/** Where a path may begin: not in the middle of another one. `-I/path` and `file:///path` begin one. */
const before = String.raw`(?<![\p{L}\p{N}_.~+-](?<!(?:^|[\s"'=])-[A-Za-z]))`;
/** Where a name ends: a full stop at the end of a sentence is none of it. */
const after = String.raw`(?![\p{L}\p{N}_-]|[.](?:[\p{L}\p{N}_]|[.]))`;

function isUsable(path: string): boolean {
  return /^(?:[\\/]+[^\\/]|[A-Za-z]:[\\/]+[^\\/])/.test(path);
}

/** The name that Windows gives beside a long one: `ALICEL~1`. */
function shortName(name: string): string {
  return `${name.replace(/[ .]/g, '').slice(0, 6)}~\\d`;
}

function componentPattern(name: string, windows: boolean): string {
  const encoded = encodeURIComponent(name);
  const forms = [escapeRegExp(name), ...(encoded === name ? [] : [escapeRegExp(encoded)])];
  if (windows && name.length > 6) forms.push(shortName(escapeRegExp(name)));
  return forms.length === 1 ? (forms[0] ?? '') : `(?:${forms.join('|')})`;
}

/** A pattern for every way in which a path may be written. */
function pathPattern(path: string): string {
  const drive = /^([A-Za-z]):/.exec(path)?.[1];
  const parts = path.split(/[\\/]+/).filter((part) => part !== '' && !/^[A-Za-z]:$/.test(part));
  const body = parts.map((part) => separator + componentPattern(part, drive !== undefined)).join('');
  // C:, C$ of a share, /c of MSYS and /mnt/c of WSL.
  if (drive !== undefined)
    return String.raw`(?:(?:${separator}(?:[?.]|[\w.-]+)${separator})?${drive}(?:[:$]|%3[aA])|(?:${separator}(?:mnt|cygdrive))?${separator}${drive}(?=[\\/]))${body}`;
  return String.raw`(?:${separator}(?:private|System${separator}Volumes${separator}Data))?${body}`;
}

/** Replaces the paths of the workspace, the home directory and temporary files, the longest first. */
export function pathStep(places: Places): Step {
  const kinds = ['workspace', 'home', 'tmp'] as const;
  const known = kinds.flatMap((kind) =>
    places[kind].filter(isUsable).map((path) => ({ kind, path: path.replace(/[\\/]+$/, '') })),
  );
  // Of equal length: as the list of kinds, so that a workspace which is the home directory is the workspace.
  known.sort((a, b) => b.path.length - a.path.length);
  if (known.length === 0) return (text) => text;
  const windows = known.some(({ path }) => /^[A-Za-z]:/.test(path));
  const pattern = new RegExp(
    `${before}(?:${known.map(({ path }) => `(${pathPattern(path)})`).join('|')})${after}`,
    windows ? 'giu' : 'gu',
  );
  return (text, counts) => {
    if (!/[\\/]|%[25]/.test(text)) return text;
    return text.replace(pattern, (...found: (string | undefined)[]) => {
      const at = known.findIndex((_, index) => found[index + 1] !== undefined);
      const kind = known[at]?.kind ?? 'home';
      count(counts, kind);
      return `[${kind.toUpperCase()}]`;
    });
  };
}

/** Names that are words or roles: replacing them wherever they occur would rewrite texts that have nothing to do with the user. */
const common = new Set([
  ...[
    'root',
    'user',
    'users',
    'test',
    'tests',
    'build',
    'builder',
    'admin',
    'administrator',
    'node',
    'node_modules',
    'ubuntu',
  ],
  ...[
    'debian',
    'runner',
    'guest',
    'dev',
    'devel',
    'developer',
    'work',
    'home',
    'code',
    'vagrant',
    'docker',
    'jenkins',
    'git',
    'www',
  ],
  ...[
    'app',
    'apps',
    'data',
    'daemon',
    'nobody',
    'service',
    'default',
    'public',
    'local',
    'share',
    'main',
    'master',
    'python',
  ],
  ...[
    'java',
    'ruby',
    'rust',
    'linux',
    'windows',
    'system',
    'server',
    'client',
    'agent',
    'sandbox',
    'vscode',
    'codespace',
    'moated',
  ],
  ...[
    'offline',
    'trusted',
    'workspace',
    'allowed',
    'denied',
    'command',
    'kernel',
    'network',
    'start',
    'secret',
    'none',
    'true',
    'false',
  ],
]);
const leastLength = 4;

function isDistinctive(name: string): boolean {
  return name.length >= leastLength && !common.has(name.toLowerCase()) && !/^\d+$/.test(name);
}

const homes = String.raw`(?:home|Users|Documents and Settings|Documents%20and%20Settings)`;
/** What may stand before a directory of homes: a drive, a mount of one, a server. `src/home/page` is no home. */
const roots = String.raw`(?:\\\\[\w.-]+|(?:${separator}(?:mnt|cygdrive))?${separator}[a-z]|${separator}(?:var|export|private|data|System${separator}Volumes${separator}Data))?`;

/**
 * Replaces the user's name where it stands for the user: below a directory of homes, in `~name` and `name@host`, and as a word of its
 * own when it is no ordinary word. Other people's homes get a pseudonym.
 */
export function userStep(places: Places, pseudonymise: Pseudonymise): Step {
  const names = places.user.filter((name) => name !== '' && !/[\\/\0]/.test(name));
  const own = new Set(names.map((name) => name.toLowerCase()));
  const label = (name: string): string => {
    const plain = decodeName(name).toLowerCase();
    const short = /^([^~]{1,6})~\d$/.exec(plain)?.[1];
    const isOwn =
      own.has(plain) ||
      (short !== undefined && [...own].some((one) => one.replace(/[ .]/g, '').startsWith(short)));
    return isOwn ? '[USER]' : `[USER:${pseudonymise(plain)}]`;
  };
  const below = new RegExp(
    String.raw`(${before}${roots}${separator}${homes}${separator})([^\\/\s"'\x60:;,|&<>()\[\]{}%$*?]+(?:%20[^\\/\s"'\x60:;,|&<>()\[\]{}%$*?]+)*)`,
    'giu',
  );
  const tilde = /(?<![\w/\\.~-])~([a-z_][\w.-]{0,31})(?=[\\/\s:"']|$)/gi;
  const alternatives = names.map(escapeRegExp).join('|');
  const at = new RegExp(String.raw`(?<![\p{L}\p{N}_.-])(?:${alternatives})(?=@[\p{L}\p{N}\[])`, 'giu');
  const words = names.filter(isDistinctive).map(escapeRegExp).join('|');
  const word = new RegExp(String.raw`(?<![\p{L}\p{N}_])(?:${words})(?![\p{L}\p{N}_])`, 'giu');
  return (text, counts) => {
    const mark = (name: string): string => {
      count(counts, 'user');
      return label(name);
    };
    let rest = text;
    if (/home|users|documents/i.test(rest))
      rest = rest.replace(below, (_whole, folder: string, name: string) => folder + mark(name));
    if (rest.includes('~')) rest = rest.replace(tilde, (_whole, name: string) => `~${mark(name)}`);
    if (alternatives !== '' && rest.includes('@')) rest = rest.replace(at, mark);
    return words === '' ? rest : rest.replace(word, mark);
  };
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
