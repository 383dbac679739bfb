// Packages of Debian's other releases and other machines, without touching this system's own lists and architectures.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache.mjs';

const root = cached('apt');
const suites = ['bullseye', 'bookworm', 'trixie', 'trixie-backports'];
/** Lists older than this are fetched again. */
const longest = 7 * 86_400_000;

/** The archive that this machine is set up with. */
function mirror() {
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []),
  ];
  for (const file of files.filter((name) => existsSync(name))) {
    const found = /^(?:URIs:|deb )[^#\n]*?(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(
      readFileSync(file, 'utf8'),
    );
    if (found) return found[1];
  }
  throw new Error('no archive of Debian is configured here');
}

function apt(tool, args, options = {}) {
  const settings = {
    'Dir::Etc::sourcelist': join(root, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': join(root, 'lists'),
    'Dir::State::status': join(root, 'status'),
    'Dir::Cache': root,
    'APT::Architecture': 'amd64',
    // What is downloaded is only unpacked, below the cache.
    'APT::Sandbox::User': 'root',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  flags.push('-o', 'APT::Architectures::=amd64', '-o', 'APT::Architectures::=arm64');
  return execFileSync(tool, [...flags, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
}

function update() {
  const stamp = join(root, 'updated');
  if (existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < longest) return;
  for (const folder of ['lists/partial', 'archives/partial'])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, 'status'), '');
  const from = mirror();
  const key = 'signed-by=/usr/share/keyrings/debian-archive-keyring.gpg';
  writeFileSync(
    join(root, 'sources.list'),
    suites.map((suite) => `deb [arch=amd64,arm64 ${key}] ${from} ${suite} main\n`).join(''),
  );
  apt('apt-get', ['update', '-q']);
  writeFileSync(stamp, '');
}

/** A package, downloaded and unpacked once: the folder with its files. @param {string} name `NAME` or `NAME:arch` */
export function unpacked(name) {
  const folder = cached('packages', name.replaceAll(':', '_'));
  const stamp = join(folder, '.unpacked');
  if (existsSync(stamp)) return folder;
  update();
  const downloads = cached('debs', name.replaceAll(':', '_'));
  if (readdirSync(downloads).length === 0) apt('apt-get', ['download', '-q', name], { cwd: downloads });
  const [file] = readdirSync(downloads).filter((one) => one.endsWith('.deb'));
  execFileSync('dpkg-deb', ['-x', join(downloads, file), folder]);
  writeFileSync(stamp, '');
  return folder;
}

/** The newest package whose name begins and ends like that: names of kernels carry their version and move. */
export function newest(prefix, suffix) {
  const pattern = new RegExp(`^${prefix.replaceAll('.', String.raw`\.`)}[0-9.+a-z]*${suffix}$`);
  const find = (names) => names.filter((name) => pattern.test(name) && !/unsigned|dbg/.test(name));
  // One that is here already is as good as a newer one.
  const here = find(readdirSync(cached('packages')));
  if (here.length > 0) return here.sort(byVersion).at(-1);
  update();
  const names = find(apt('apt-cache', ['pkgnames', prefix]).split('\n'));
  if (names.length === 0) throw new Error(`no package ${prefix}*${suffix}`);
  return names.sort(byVersion).at(-1);
}

const collator = new Intl.Collator('en', { numeric: true });
const byVersion = (a, b) => collator.compare(a, b);
