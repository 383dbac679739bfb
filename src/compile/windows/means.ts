import { type SandboxPolicy, type Tier, type WindowsProbe } from '../../types.js';
import { writesNothing } from '../means.js';

/** The mechanisms that one run gets: what its policy asks for and this machine has. */
export interface WindowsMeans {
  readonly tier: Tier;
  /** A package identity to which nothing of the user's is granted. */
  readonly container: boolean;
  /** Privileges and administrative groups are gone. */
  readonly token: boolean;
  /** Below the user's own integrity level; a container always is. */
  readonly lowIntegrity: boolean;
  /** Restrictions of the user interface. Windows refuses them in a job inside another job. */
  readonly ui: boolean;
}

export function chooseWindowsMeans(policy: SandboxPolicy, probe: WindowsProbe): WindowsMeans {
  const container = policy.confined && probe.appContainer;
  return {
    tier: policy.confined ? (container ? 'standard' : 'light') : 'unconfined',
    container,
    token: policy.confined && probe.restrictedToken,
    lowIntegrity: policy.confined && !container && writesNothing(policy),
    ui: policy.confined && !probe.inJob,
  };
}
