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

/** `scratchParent` is the directory that holds those of the runs. It cannot be listed, but has a link from each directory in it. */
export function observe(scratchParent) {
  globalThis.gc?.();
  const held = descriptors();
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  const megabytes = (bytes) => Math.round((bytes / 2 ** 20) * 10) / 10;
  const children = processes()
    .map(stateOf)
    .filter(({ parent }) => parent === String(process.pid));
  return {
    // The collector grows and shrinks its spaces as it likes; what is alive in them is counted instead.
    rssMB: megabytes(rss - heapTotal + heapUsed),
    descriptors: held.length,
    children: children.length,
    zombies: children.filter(({ state }) => state === 'Z').length,
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length - 1,
    namespaces: namespaces(held),
    scratch: statSync(scratchParent).nlink,
    threads: readdirSync('/proc/self/task').length,
  };
}
