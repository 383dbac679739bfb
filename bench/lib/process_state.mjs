// What a leak of the addon would show up in, as counts.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

function attempt(read) {
  try {
    return read();
  } catch {
    // The process is gone, or is not ours.
    return undefined;
  }
}

const processes = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** State and parent, the fields after the command's name, which may hold anything. */
function stateOf(pid) {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const [state, parent] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  return { state, parent };
}

function descriptors() {
  return readdirSync('/proc/self/fd').flatMap(
    (name) => attempt(() => readlinkSync(`/proc/self/fd/${name}`)) ?? [],
  );
}

const namespaceLink = /^(?:cgroup|ipc|mnt|net|pid|time|user|uts):\[\d+\]$/;

/** Every namespace that we hold by a descriptor, or that a process which we may look at lives in. */
function namespaces(held) {
  const found = new Set(held.filter((link) => namespaceLink.test(link)));
  for (const pid of processes()) {
    for (const name of attempt(() => readdirSync(`/proc/${pid}/ns`)) ?? []) {
      const link = attempt(() => readlinkSync(`/proc/${pid}/ns/${name}`));
      if (link !== undefined) found.add(link);
    }
  }
  return found.size;
}

/** Links of the directory that holds the scratch directories of our runs, found by the descriptor that we hold on it. */
function scratch(held) {
  const path = held.find((link) => /^\/tmp\/moated-[0-9a-f]{32}\/runs$/.test(link));
  if (path === undefined)
    throw new Error('the directory of the scratch directories was not found: follow the addon');
  // A directory has a link from each directory in it; it cannot be listed.
  return statSync(path).nlink;
}

export function observe() {
  globalThis.gc?.();
  const held = descriptors();
  const children = processes()
    .map(stateOf)
    .filter(({ parent }) => parent === String(process.pid));
  return {
    rssMB: Math.round((process.memoryUsage.rss() / 2 ** 20) * 10) / 10,
    descriptors: held.length,
    children: children.length,
    zombies: children.filter(({ state }) => state === 'Z').length,
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length - 1,
    namespaces: namespaces(held),
    scratch: scratch(held),
    threads: readdirSync('/proc/self/task').length,
  };
}
