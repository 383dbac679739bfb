/**
 * Programs that take a secret behind a short option. Elsewhere `-p` is a port, a path or "preserve", so it counts for these alone.
 * `glued`: `-pX`. `apart`: `-p X`.
 */
interface ShortOptions {
  readonly glued: string;
  readonly apart: string;
}

const mysql: ShortOptions = { glued: 'p', apart: '' };
const both = (letters: string): ShortOptions => ({ glued: letters, apart: letters });

const programs: Readonly<Record<string, ShortOptions>> = {
  mysql,
  mysqldump: mysql,
  mysqladmin: mysql,
  mysqlimport: mysql,
  mysqlcheck: mysql,
  mysqlsh: mysql,
  mysqlpump: mysql,
  mycli: mysql,
  mariadb: mysql,
  'mariadb-dump': mysql,
  'mariadb-admin': mysql,
  sshpass: both('p'),
  '7z': mysql,
  '7za': mysql,
  '7zz': mysql,
  unrar: mysql,
  rar: { glued: 'p', apart: '' },
  zip: both('P'),
  unzip: both('P'),
  curl: both('uUbE'),
  wget: { glued: '', apart: '' },
  http: both('a'),
  https: both('a'),
  xh: both('a'),
  'redis-cli': both('a'),
  mongo: both('p'),
  mongosh: both('p'),
  mongodump: both('p'),
  mongorestore: both('p'),
  docker: both('p'),
  podman: both('p'),
  buildah: both('p'),
  skopeo: both('p'),
  helm: both('p'),
  oc: both('p'),
  ldapsearch: both('w'),
  ldapadd: both('w'),
  ldapmodify: both('w'),
  ldapwhoami: both('w'),
  smbclient: both('U'),
  rpcclient: both('U'),
  net: both('U'),
  ipmitool: both('P'),
  sqlcmd: both('P'),
  bcp: both('P'),
  isql: both('P'),
  tsql: both('P'),
  cqlsh: both('p'),
  rabbitmqadmin: both('p'),
  influx: both('p'),
  snmpget: both('cAX'),
  snmpwalk: both('cAX'),
  aircrack: both('w'),
  usermod: both('p'),
  useradd: both('p'),
  openssl: { glued: '', apart: 'Kk' },
  'ssh-keygen': both('NP'),
  steghide: both('p'),
  kinit: { glued: '', apart: '' },
  nmcli: { glued: '', apart: '' },
  psexec: both('p'),
};

/** Only these subcommands of container tools log in; `docker run -p` publishes a port. */
const needsLogin = new Set(['docker', 'podman', 'buildah', 'skopeo', 'helm', 'oc']);

function programName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  return name.endsWith('.exe') ? name.slice(0, -4) : name;
}

const none: ShortOptions = { glued: '', apart: '' };

/** Which short options of this command line carry secrets. */
export function secretOptions(words: readonly string[]): ShortOptions {
  // Behind `sudo`, `env` and the like the program is not the first word.
  const most = Math.min(words.length, 8);
  for (let at = 0; at < most; at += 1) {
    const name = programName(words[at] ?? '');
    const found = Object.hasOwn(programs, name) ? programs[name] : undefined;
    if (found === undefined) continue;
    if (needsLogin.has(name) && !words.slice(at + 1, at + 5).includes('login')) return none;
    return found;
  }
  return none;
}
