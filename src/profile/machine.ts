import { readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';

/** What resolving a policy needs to know about the machine. Read once, handed in, so that tests can vary it. */
export interface MachineFacts {
  /** The user's home directory as programs see it. */
  readonly home: string;
  /** More homes whose credential files are the user's, such as the one of the user database when `HOME` differs. */
  readonly homes?: readonly string[];
  readonly uid: number;
  readonly platform: NodeJS.Platform;
  /** The text of /proc/self/mountinfo. */
  readonly mountinfo?: string;
}

function databaseHome(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    // A container may run under a uid that no user database knows.
    return undefined;
  }
}

function mountinfo(): string | undefined {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return undefined;
  }
}

/** The facts of the machine that this process runs on. */
export function readMachineFacts(): MachineFacts {
  const home = homedir();
  const database = databaseHome();
  const mounts = process.platform === 'linux' ? mountinfo() : undefined;
  return {
    home,
    uid: process.getuid?.() ?? -1,
    platform: process.platform,
    ...(database !== undefined && database !== home ? { homes: [database] } : {}),
    ...(mounts !== undefined ? { mountinfo: mounts } : {}),
  };
}
