import type { PolicyFile } from '../rule.js';
import {
  checkFields,
  checkList,
  checkObject,
  checkOneOf,
  checkText,
  type Fields,
  type Place,
  refuse,
  show,
} from './check.js';
import { checkCommandRule, checkId, checkOptions, rulingChecks, rulingKeys } from './check_command.js';

const host = /^(?:\*|(?:\*\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[?[0-9a-f:.]+\]?)$/;
const variable = /^[A-Za-z_*][A-Za-z0-9_*]*$/;
const digest = /^sha256:[0-9a-f]{64}$/;
const replaced = /^[a-z0-9]+(?:-[a-z0-9]+)*\/[a-z0-9]+(?:-[a-z0-9]+)*$/;

function checkPattern(pattern: RegExp, what: string): (place: Place, value: unknown) => void {
  return (place, value) => {
    if (typeof value !== 'string' || !pattern.test(value))
      refuse(place, `must be ${what}, not ${show(value)}.`);
  };
}

const checkHost = checkPattern(host, 'a host in small letters, "*.host", an address or "*"');
const checkMethod = checkPattern(/^[A-Z]+$/, 'a method in capitals');
const checkUrl = checkPattern(/^\S+$/, 'a URL or a host');
const checkName = checkPattern(variable, 'the name of a variable, in which "*" stands for any characters');

function checkPort(place: Place, value: unknown): void {
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 65535)
    refuse(place, `must be a port from 1 to 65535, not ${show(value)}.`);
}

function checkNetworkRule(place: Place, value: unknown): void {
  checkObject(
    place,
    value,
    [...rulingKeys, 'hosts'],
    ['suggestion', 'ports', 'methods', 'match', 'notMatch'],
  );
  checkFields(place, value, {
    ...rulingChecks,
    hosts: (at, list) => {
      checkList(at, list, checkHost);
    },
    ports: (at, list) => {
      checkList(at, list, checkPort);
    },
    methods: (at, list) => {
      checkList(at, list, checkMethod);
    },
    match: (at, list) => {
      checkList(at, list, checkUrl);
    },
    notMatch: (at, list) => {
      checkList(at, list, checkUrl);
    },
  });
}

function checkVariableRule(place: Place, value: unknown): void {
  checkObject(place, value, [...rulingKeys, 'names'], ['suggestion', 'lowerCase']);
  checkFields(place, value, {
    ...rulingChecks,
    names: (at, list) => {
      checkList(at, list, checkName);
    },
    lowerCase: (at, flag) => {
      checkOneOf(at, flag, [true, false]);
    },
  });
}

function checkAbsolute(place: Place, value: unknown): void {
  checkText(place, value);
  if (!value.startsWith('/') || /\/(?:\.{0,2}(?:\/|$))/.test(value))
    refuse(place, `must be an absolute path without "." and "..", not ${show(value)}.`);
}

function checkExecutable(place: Place, value: unknown): void {
  checkObject(place, value, ['name', 'paths'], ['digest']);
  checkFields(place, value, {
    name: checkPattern(/^[^/\s]+$/, 'a name without "/"'),
    paths: (at, list) => {
      checkList(at, list, checkAbsolute);
    },
    digest: checkPattern(digest, '"sha256:" and 64 hexadecimal digits'),
  });
}

function checkProgram(place: Place, value: unknown): void {
  checkObject(place, value, ['name', 'options']);
  checkFields(place, value, { name: checkPattern(/^[^/\s]+$/, 'a name without "/"'), options: checkOptions });
  if (Object.hasOwn(value['options'] as Fields, '*'))
    refuse(`${place}.options`, 'must list every option: "*" could be the one that executes.');
}

function idOf(value: unknown): string {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' ? ` (${id})` : '';
}

/** Checks a list of rules; their ids are in the places of messages. */
function rules(check: (place: Place, value: unknown) => void): (place: Place, value: unknown) => void {
  return (place, list) => {
    checkList(
      place,
      list,
      (at, value) => {
        check(`${at}${idOf(value)}`, value);
      },
      0,
    );
  };
}

function checkUnique(place: Place, file: Fields): void {
  const seen = new Set<unknown>();
  for (const key of ['rules', 'network', 'variables']) {
    for (const [index, { id }] of ((file[key] ?? []) as readonly { readonly id: string }[]).entries()) {
      if (seen.has(id))
        refuse(`${place}${key}[${index}] (${id})`, 'another rule of this file has the same id. Rename one.');
      seen.add(id);
    }
  }
}

/** Checks the shape of a policy file. `source` is what the file is called in messages. */
export function checkPolicy(value: unknown, source: string): asserts value is PolicyFile {
  checkObject(
    source,
    value,
    ['version', 'name'],
    ['$schema', 'description', 'rules', 'network', 'variables', 'executables', 'programs', 'replaces'],
  );
  if (value['version'] !== 1)
    refuse(`${source}: version`, `must be 1, not ${show(value['version'])}. This release knows no other.`);
  checkId(`${source}: name`, value['name']);
  const place = `${source}: `;
  const checks = {
    $schema: checkText,
    description: checkText,
    rules: rules(checkCommandRule),
    network: rules(checkNetworkRule),
    variables: rules(checkVariableRule),
    executables: rules(checkExecutable),
    programs: rules(checkProgram),
    replaces: (at: Place, list: unknown): void => {
      checkList(at, list, checkPattern(replaced, '"policy/rule"'), 0);
    },
  };
  for (const [key, check] of Object.entries(checks)) {
    if (value[key] !== undefined) check(`${place}${key}`, value[key]);
  }
  checkUnique(place, value);
}
