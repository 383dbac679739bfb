/**
 * Which names stand for secrets: of options, variables, headers, query parameters and keys. A name is cut into words, so that `author`
 * is not `auth`, and `MONKEY` and `KEYBOARD` are not `KEY`.
 */
const alone = new Set([
  ...[
    'password',
    'passwd',
    'passwort',
    'pass',
    'pwd',
    'passphrase',
    'pin',
    'psk',
    'pat',
    'storepass',
    'keypass',
  ],
  ...[
    'passin',
    'passout',
    'secret',
    'secrets',
    'token',
    'tokens',
    'auth',
    'credential',
    'credentials',
    'creds',
  ],
  ...[
    'cookie',
    'cookies',
    'authorization',
    'bearer',
    'jwt',
    'sig',
    'signature',
    'sessionid',
    'otp',
    'totp',
    'dsn',
  ],
  ...[
    'apikey',
    'authtoken',
    'accesskey',
    'secretkey',
    'privatekey',
    'clientsecret',
    'dbpass',
    'pgpassword',
    'mysqlpwd',
  ],
  ...[
    'accesstoken',
    'refreshtoken',
    'accountkey',
    'sharedaccesskey',
    'requirepass',
    'masterauth',
    'webhook',
    'userpwd',
  ],
]);

/** A `key` is one only with a word before it that says what it opens. */
const keyKinds = new Set([
  ...[
    'api',
    'access',
    'secret',
    'private',
    'encryption',
    'signing',
    'client',
    'account',
    'master',
    'auth',
    'app',
  ],
  ...[
    'application',
    'deploy',
    'session',
    'license',
    'service',
    'shared',
    'storage',
    'admin',
    'root',
    'host',
    'ssh',
    'gpg',
  ],
]);

/** What a name ends in when it says where a secret is, or of which kind, and not what it is. */
const about = new Set([
  ...[
    'file',
    'path',
    'stdin',
    'dir',
    'type',
    'name',
    'url',
    'uri',
    'endpoint',
    'helper',
    'policy',
    'length',
    'expiry',
    'expires',
  ],
  ...[
    'sock',
    'socket',
    'fd',
    'env',
    'method',
    'mode',
    'store',
    'provider',
    'age',
    'ttl',
    'count',
    'limit',
    'budget',
    'only',
    'format',
  ],
]);

function words(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

const remembered = new Map<string, boolean>();
const mostRemembered = 2000;

function decide(name: string): boolean {
  const parts = words(name);
  const last = parts.at(-1) ?? '';
  // PWD alone is the working directory.
  if (parts.length === 1 && last === 'pwd') return false;
  if (/^(?:oldpwd|ssh|gpg)$/.test(parts[0] ?? '') && /^(?:sock|tty|pid|pwd)$/.test(last)) return false;
  if (about.has(last))
    return (
      /(?:database|db|redis|mongo|mongodb|amqp|postgres|mysql|broker|connection)/.test(parts[0] ?? '') &&
      last === 'url'
    );
  if (
    parts.some(
      (word) => alone.has(word) || /(?:password|passwd|passphrase|secret|apikey|credential)/.test(word),
    )
  )
    return true;
  if (parts.includes('connection') && parts.includes('string')) return true;
  return parts.some(
    (word, at) =>
      (word === 'key' || word === 'keys') &&
      (keyKinds.has(parts[at - 1] ?? '') || (at > 0 && name.endsWith('_KEY'))),
  );
}

/** True when what has this name is a secret. */
export function namesSecret(name: string): boolean {
  let known = remembered.get(name);
  if (known === undefined) {
    known = name.length <= 128 && decide(name);
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(name, known);
  }
  return known;
}
