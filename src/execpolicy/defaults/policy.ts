import type { PolicyFile } from '../rule.js';
import { readingRules } from './files.js';
import { gitProgram, gitRules } from './git.js';
import { networkCommandRules, networkRules } from './network.js';
import { developmentRules, privilegeRules, variableRules } from './privilege.js';
import { harmlessRules, shellRules } from './system.js';
import { windowsRules } from './windows.js';
import { writingRules } from './writing.js';

/**
 * The policy that ships: looking is allowed, writing where the profile lets it; what destroys or raises privilege is denied or asked for, and
 * so is everything that no rule names. Data, like any other policy.
 */
export const defaultPolicy: PolicyFile = {
  version: 1,
  name: 'default',
  description:
    'Looking is allowed, writing where the profile lets it. What destroys or raises privilege is denied or asked for.',
  rules: [
    ...readingRules,
    ...harmlessRules,
    ...shellRules,
    ...gitRules,
    ...writingRules,
    ...networkCommandRules,
    ...privilegeRules,
    ...developmentRules,
    ...windowsRules,
  ],
  network: networkRules,
  variables: variableRules,
  programs: [gitProgram],
};
