import {
  type Enforcement,
  type EnforcementStatus,
  type Guarantee,
  type SandboxPolicy,
  type WindowsProbe,
} from '../../types.js';
import { type Demands, demand } from '../demands.js';
import { writesNothing } from '../means.js';
import { notHeld } from './limits.js';

function minimumOf(guarantee: Guarantee, policy: SandboxPolicy, probe: WindowsProbe): EnforcementStatus {
  switch (guarantee) {
    case 'fs-metadata':
      return writesNothing(policy) ? 'full' : 'partial';
    case 'fs-protected':
      return 'partial';
    case 'limits':
      // What was asked for and nothing holds is missing; the report of the rest says how it is held.
      return notHeld(policy.limits, probe).length > 0 ? 'full' : 'partial';
    case 'survivors':
    case 'fs-write':
    case 'fs-secrets':
    case 'network':
    case 'host-sockets':
    case 'processes':
    case 'privilege':
      return 'full';
  }
}

function remedy(guarantee: Guarantee, policy: SandboxPolicy, probe: WindowsProbe): string {
  if (guarantee === 'limits') {
    return `Leave out ${notHeld(policy.limits, probe).join(' and ')}, which cannot be limited here.`;
  }
  return probe.wine
    ? 'Wine enforces none of it: run it on Windows 10 1809 or later, or use moated on Linux itself.'
    : 'Use Windows 10 1809 or later, where AppContainers are part of the system.';
}

function alwaysRefused(policy: SandboxPolicy, probe: WindowsProbe): string | undefined {
  if (!policy.confined || probe.appContainer || probe.restrictedToken) return undefined;
  return `neither AppContainers nor restricted tokens work here. ${remedy('fs-write', policy, probe)}`;
}

/** Throws when the run must not start. */
export function requireWindowsMinimum(
  policy: SandboxPolicy,
  probe: WindowsProbe,
  enforcement: Enforcement,
): void {
  const demands: Demands = {
    minimum: (guarantee) => minimumOf(guarantee, policy, probe),
    remedy: (guarantee) => remedy(guarantee, policy, probe),
    refused: () => alwaysRefused(policy, probe),
  };
  demand(policy, enforcement, demands);
}
