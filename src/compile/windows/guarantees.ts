import { type Guarantee, type GuaranteeReport, type SandboxPolicy, type WindowsProbe } from '../../types.js';
import { writesNothing } from '../means.js';
import { full, none, notPromised, partial } from '../report.js';
import { reportWindowsLimits } from './limits.js';
import { type WindowsMeans } from './means.js';
import { treesOf } from './trees.js';

type Reports = Readonly<Record<Guarantee, GuaranteeReport>>;
type Confining = Omit<Reports, 'survivors' | 'limits'>;

function reportProtected(policy: SandboxPolicy): GuaranteeReport {
  if (writesNothing(policy)) return full('nothing of the workspace may be written');
  const { protects, absents, writable } = treesOf(policy);
  const links = policy.filesystem.protectedLinks ?? [];
  if (protects.length + absents.length + links.length === 0 || writable.length === 0) {
    return full('no protected path is inside a tree that may be written');
  }
  const entries = 'entries in access lists that refuse changes, with pinned parents';
  if (absents.length === 0) return full(entries);
  return partial(
    `${entries}; the rest is checked when the run ends`,
    'protected paths that do not exist yet can be created during the run; they are moved to quarantine and reported when it ends',
  );
}

function reportNetwork(policy: SandboxPolicy, means: WindowsMeans): GuaranteeReport {
  if (policy.base === 'net-read-only') {
    return none(
      'nothing',
      'its network goes through the egress broker, which this version does not have yet',
    );
  }
  if (policy.network === 'all') {
    return notPromised('this profile allows the whole network; network rules come with the egress broker');
  }
  if (means.container) return full('AppContainer without network capabilities');
  return none('nothing', 'only an AppContainer keeps a program from the network');
}

function contained(policy: SandboxPolicy, means: WindowsMeans): Confining {
  const reads =
    policy.filesystem.read === 'all'
      ? "; reads are the system's folders, the workspace and what is granted"
      : '';
  return {
    'fs-write': full('AppContainer: only granted trees can be written'),
    'fs-metadata': full('AppContainer: only granted trees, and no access list or owner'),
    'fs-protected': reportProtected(policy),
    'fs-secrets': full(`AppContainer: what is not granted cannot be read${reads}`),
    network: reportNetwork(policy, means),
    'host-sockets': full('AppContainer: named pipes and the loopback of the host are closed'),
    processes: full('AppContainer: processes outside cannot be opened; their names stay visible'),
    privilege: full('restricted token without privileges and administrative groups, AppContainer'),
  };
}

/** A low integrity level keeps a program from changing what is the user's, and from nothing else. */
function lowered(policy: SandboxPolicy, means: WindowsMeans): Confining {
  const missing = 'AppContainers are not available';
  const open = none('nothing', missing);
  const low = (why: string): GuaranteeReport =>
    means.lowIntegrity && means.token ? partial('low integrity level', why) : open;
  return {
    'fs-write': low(`files with a low label stay writable: ${missing}`),
    'fs-metadata': low(`attributes of files with a low label can be changed: ${missing}`),
    'fs-protected': writesNothing(policy)
      ? low(`files with a low label stay writable: ${missing}`)
      : partial(
          'checked when the run ends',
          `changes of protected paths are undone and reported when the run ends: ${missing}`,
        ),
    'fs-secrets': none('nothing', `a program reads what you can read: ${missing}`),
    network: reportNetwork(policy, means),
    'host-sockets': open,
    processes: low(`processes of your own can be read: ${missing}`),
    privilege: means.token
      ? partial(
          'restricted token without privileges and administrative groups',
          `other programs of yours can be asked to act: ${missing}`,
        )
      : open,
  };
}

function unconfined(): Confining {
  const open = notPromised();
  return {
    'fs-write': open,
    'fs-metadata': open,
    'fs-protected': open,
    'fs-secrets': open,
    network: open,
    'host-sockets': open,
    processes: open,
    privilege: open,
  };
}

/** The enforcement report of one policy on one machine. */
export function reportWindows(policy: SandboxPolicy, means: WindowsMeans, probe: WindowsProbe): Reports {
  const confining = !policy.confined ? unconfined() : means.container ? contained : lowered;
  return {
    ...(typeof confining === 'function' ? confining(policy, means) : confining),
    survivors: full('job object that ends with its last handle; nobody can break away from it'),
    limits: reportWindowsLimits(policy, probe),
  };
}
