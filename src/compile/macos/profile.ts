import { type SandboxPolicy } from '../../types.js';
import { baseRules, preferenceRules } from './base_rules.js';
import { deviceRules } from './device_rules.js';
import { fileRules } from './file_rules.js';
import { networkRules, type NetworkReach } from './network_rules.js';
import { Parameters } from './parameters.js';
import { rule } from './sbpl.js';

/** A Seatbelt profile: its text, and `KEY=value` for every parameter that the text names but those of the single run. */
export interface SeatbeltProfile {
  readonly text: string;
  readonly parameters: readonly string[];
}

/**
 * Parameters that each run has of its own: the addon makes the values. `SCRATCH` is the run's scratch directory and `SCRATCHES` the
 * one that holds those of all runs; `LAUNCHER` is the program of ours that becomes the command; the marks are names of services that
 * nobody offers; `TAG` is what the kernel's log says with every refusal of the run.
 */
export const runParameters: readonly string[] = [
  'SCRATCH',
  'SCRATCHES',
  'LAUNCHER',
  'MARK_IN',
  'MARK_OUT',
  'TAG',
];

/**
 * One name is allowed and one is not, in this run alone. By asking the kernel about both, the addon knows whether a process belongs to
 * the run, whatever session or parent it has: a profile is inherited and cannot be left.
 */
const marks: readonly string[] = [
  rule('allow', 'mach-lookup', ['(global-name (param "MARK_IN"))']),
  rule('deny', 'mach-lookup', ['(global-name (param "MARK_OUT"))']),
];

export function seatbeltProfile(policy: SandboxPolicy, network: NetworkReach): SeatbeltProfile {
  const parameters = new Parameters();
  const lines = [
    '(version 1)',
    rule('deny', 'default', 'everything'),
    ...baseRules,
    ...(policy.filesystem.read === 'all' ? preferenceRules : []),
    ...fileRules(policy, parameters),
    ...deviceRules,
    ...networkRules(network),
    rule('allow', 'file-read* file-read-data', ['(literal (param "LAUNCHER"))']),
    ...marks,
  ];
  return { text: `${lines.join('\n')}\n`, parameters: parameters.entries() };
}
