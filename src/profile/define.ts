import type { FilesystemBound, FilesystemRules, Limits, NetworkAccess, ProfileDefinition } from '../types.js';
import { builtinProfiles } from './builtin.js';
import { overrideLimits, validateLimits } from './limits.js';
import { findProfileName, parseProfileName, SecurityProfile } from './names.js';
import {
  checkFilesystemRules,
  checkKeys,
  checkNetwork,
  checkOneOf,
  checkPathList,
  refuse,
  show,
} from './rules.js';
import type { Checker } from './rules.js';

/** What `defineProfile` takes. What is left out is as in the profile that is extended. */
export interface ProfileInput {
  /** The profile to start from: a name, an alias, or a definition. */
  readonly extends: string | ProfileDefinition;
  readonly name?: string;
  readonly workspace?: 'read' | 'write';
  /**
   * `allowRead` and `allowWrite` replace those of the extended profile, so an empty list grants nothing. `protect` and `hide` add
   * to them, so an empty list lifts nothing.
   */
  readonly filesystem?: FilesystemRules;
  readonly network?: NetworkAccess;
  readonly limits?: Limits;
}

const checker: Checker = { code: 'ERR_INVALID_PROFILE', root: 'profile' };
const inputKeys = ['extends', 'name', 'workspace', 'filesystem', 'network', 'limits'];
const definitionKeys = ['name', 'base', 'workspace', 'filesystem', 'network', 'confined', 'limits', 'within'];
const boundKeys = ['workspace', 'read', 'allowRead', 'allowWrite'];

function checkName(name: unknown): asserts name is string {
  if (typeof name !== 'string' || name.trim() === '' || name.length > 128 || /\p{Cc}/u.test(name)) {
    refuse(checker, 'name', `must be a text of 1 to 128 printable characters, not ${show(name)}.`);
  }
}

function checkCommon(value: Readonly<Record<string, unknown>>): void {
  if (value['workspace'] !== undefined)
    checkOneOf(checker, 'workspace', value['workspace'], ['read', 'write']);
  if (value['filesystem'] !== undefined) checkFilesystemRules(checker, 'filesystem', value['filesystem']);
  if (value['network'] !== undefined) checkNetwork(checker, 'network', value['network']);
  if (value['limits'] !== undefined) validateLimits(value['limits'], 'limits', checker);
}

/** `trusted` runs unconfined, so a restriction that is added to it would be a promise that nothing keeps. */
function checkUnconfined(definition: ProfileDefinition): void {
  const { read, protect, hide } = definition.filesystem;
  const problem = 'cannot be enforced under trusted, which is not confined. Extend another profile.';
  if (definition.workspace !== 'write') refuse(checker, 'workspace', problem);
  if (definition.network !== 'all') refuse(checker, 'network', problem);
  if (read !== 'all') refuse(checker, 'filesystem.read', problem);
  if (protect.length > 0) refuse(checker, 'filesystem.protect', problem);
  if (hide.length > 0) refuse(checker, 'filesystem.hide', problem);
}

/** Lists are copied and frozen, so that a definition cannot change after it was checked. */
function list(paths: readonly string[]): readonly string[] {
  return Object.freeze([...new Set(paths)]);
}

export function freezeDefinition(value: ProfileDefinition): ProfileDefinition {
  const { filesystem, within } = value;
  return Object.freeze({
    name: value.name,
    base: value.base,
    workspace: value.workspace,
    filesystem: Object.freeze({
      read: filesystem.read,
      allowRead: list(filesystem.allowRead),
      allowWrite: list(filesystem.allowWrite),
      protect: list(filesystem.protect),
      hide: list(filesystem.hide),
    }),
    network: value.network,
    confined: value.confined,
    limits: Object.freeze({ ...value.limits }),
    ...(within === undefined ? {} : { within: Object.freeze(within.map(freezeBound)) }),
  });
}

function freezeBound(bound: FilesystemBound): FilesystemBound {
  return Object.freeze({
    workspace: bound.workspace,
    read: bound.read,
    allowRead: list(bound.allowRead),
    allowWrite: list(bound.allowWrite),
  });
}

function checkBounds(within: unknown): void {
  if (!Array.isArray(within)) refuse(checker, 'within', `must be an array, not ${show(within)}.`);
  for (const [index, bound] of within.entries()) {
    const where = `within[${index}]`;
    checkKeys(checker, where, bound, boundKeys);
    checkOneOf(checker, `${where}.workspace`, bound['workspace'], ['read', 'write']);
    checkOneOf(checker, `${where}.read`, bound['read'], ['all', 'minimal']);
    checkPathList(checker, `${where}.allowRead`, bound['allowRead']);
    checkPathList(checker, `${where}.allowWrite`, bound['allowWrite']);
  }
}

/** A complete definition, whoever made it: one from JSON is checked as strictly as one from `defineProfile`. */
function checkDefinition(value: unknown): ProfileDefinition {
  checkKeys(checker, '', value, definitionKeys);
  for (const key of definitionKeys) {
    if (key !== 'within' && value[key] === undefined)
      refuse(checker, key, 'is missing. Make profiles with defineProfile.');
  }
  checkName(value['name']);
  checkOneOf(checker, 'base', value['base'], Object.values(SecurityProfile));
  checkCommon(value);
  const rules = value['filesystem'] as Readonly<Record<string, unknown>>;
  for (const key of ['read', 'allowRead', 'allowWrite', 'protect', 'hide']) {
    if (rules[key] === undefined)
      refuse(checker, `filesystem.${key}`, 'is missing. Make profiles with defineProfile.');
  }
  if (value['within'] !== undefined) checkBounds(value['within']);
  const definition = value as unknown as ProfileDefinition;
  if (definition.confined !== (definition.base !== 'trusted')) {
    refuse(checker, 'confined', 'is false for trusted and true for every other base.');
  }
  if (!definition.confined) checkUnconfined(definition);
  return freezeDefinition(definition);
}

/** The definition that a name, an alias or a value stands for. */
export function toDefinition(profile: unknown): ProfileDefinition {
  return typeof profile === 'string' ? builtinProfiles[parseProfileName(profile)] : checkDefinition(profile);
}

function derivedName(parent: ProfileDefinition): string {
  return findProfileName(parent.name) === undefined ? parent.name : `${parent.name}-custom`;
}

/** Makes a profile from another one. Every field is checked; an unknown one is an error. */
export function defineProfile(input: ProfileInput): ProfileDefinition {
  const value: unknown = input;
  checkKeys(checker, '', value, inputKeys);
  if (value['extends'] === undefined)
    refuse(checker, 'extends', 'is missing: the name of a profile, or a definition.');
  const parent = toDefinition(value['extends']);
  checkCommon(value);
  const name: unknown = value['name'] ?? derivedName(parent);
  checkName(name);
  // A name that is a built-in one would make every report and audit record about this profile misleading.
  if (findProfileName(name) !== undefined)
    refuse(checker, 'name', `${show(name)} is the name of a built-in profile.`);

  const rules: FilesystemRules = input.filesystem ?? {};
  const grants = [input.workspace, rules.read, rules.allowRead, rules.allowWrite];
  if (parent.within !== undefined && grants.some((grant) => grant !== undefined)) {
    refuse(
      checker,
      'extends',
      'is a narrowed profile, whose grants cannot be changed. Define first, narrow last.',
    );
  }
  const definition: ProfileDefinition = {
    ...parent,
    name,
    workspace: input.workspace ?? parent.workspace,
    filesystem: {
      read: rules.read ?? parent.filesystem.read,
      allowRead: rules.allowRead ?? parent.filesystem.allowRead,
      allowWrite: rules.allowWrite ?? parent.filesystem.allowWrite,
      protect: [...parent.filesystem.protect, ...(rules.protect ?? [])],
      hide: [...parent.filesystem.hide, ...(rules.hide ?? [])],
    },
    network: input.network ?? parent.network,
    limits: overrideLimits(parent.limits, input.limits),
  };
  if (!definition.confined) checkUnconfined(definition);
  return freezeDefinition(definition);
}
