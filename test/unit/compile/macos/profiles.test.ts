import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySpelling } from '../../../../src/compile/macos/spelling.js';
import { kernelPath } from '../../../../src/compile/macos/parameters.js';
import { networkRules } from '../../../../src/compile/macos/network_rules.js';
import { rule, text } from '../../../../src/compile/macos/sbpl.js';
import { compileMacos } from '../../../../src/compile/macos/system.js';
import { isAllowed, readings } from '../../../helpers/sbpl/decide.js';
import { evaluate, type Filter } from '../../../helpers/sbpl/evaluate.js';
import { directive } from '../machines.js';
import {
  confined,
  mac,
  macPolicy,
  parametersOf,
  profiles,
  profileText,
  rulesOf,
  runValues,
  workspace,
  writing,
} from './macs.js';

describe('the plan of a Mac', () => {
  it.each(profiles)('%s', (profile) => {
    const { directives, enforcement, watchdog } = compileMacos(macPolicy(profile), mac);
    expect(profileText(directives)).toMatchSnapshot('profile');
    const others = directives.filter(
      (_, index) => directives[index - 1] !== 'profile' && directives[index] !== 'profile',
    );
    expect(others).toMatchSnapshot('other directives');
    expect(enforcement).toMatchSnapshot('enforcement');
    expect(watchdog).toEqual({ memory: 0, processes: 0, cpuMs: 0 });
  });

  it('names limits of single processes, and leaves those of the tree to the watchdog', () => {
    const limits = {
      cpuMs: 1500,
      processes: 5,
      files: 64,
      fileSizeBytes: 10,
      memoryBytes: 99,
      addressSpaceBytes: 77,
    };
    const { directives, watchdog } = compileMacos(macPolicy('trusted', {}, { limits }), mac);
    expect(directives).toEqual([
      'seatbelt',
      'off',
      ...['limit', 'cpu', '3'],
      ...['limit', 'address-space', '77'],
      ...['limit', 'files', '64'],
      ...['limit', 'file-size', '10'],
    ]);
    expect(watchdog).toEqual({ memory: 99, processes: 5, cpuMs: 1500 });
  });

  it('lists the paths whose nature it depends on', () => {
    const { directives } = compileMacos(
      macPolicy('workspace-write', { protectedLinks: [`${workspace}/.npmrc`] }),
      mac,
    );
    expect(directive(directives, 'write')).toEqual([workspace]);
    expect(directive(directives, 'protect')).toEqual([
      `${workspace}/.git/config`,
      `${workspace}/.git/hooks`,
      `${workspace}/.npmrc`,
    ]);
    expect(directive(directives, 'hide')).toEqual(['/Users/me/.ssh']);
    expect(directive(directives, 'absent')).toEqual([
      '/Users/me/.aws',
      `${workspace}/.vscode`,
      `${workspace}/deep/er/.envrc`,
    ]);
  });
});

/** Every filter of a profile's rules, and those within. */
function allFilters(filters: readonly Filter[]): readonly Filter[] {
  return filters.flatMap((filter) => [filter, ...allFilters(filter.filters)]);
}

describe('the shape of rules', () => {
  it.each(confined)('%s: denies by default, and every parameter is used and given', (profile) => {
    const { directives } = compileMacos(macPolicy(profile), mac);
    const given = parametersOf(directives);
    const used = [...profileText(directives).matchAll(/\(param "(\w+)"\)/g)].map(([, key]) => key!);
    expect(new Set(used)).toEqual(new Set(Object.keys(given)));
    const [first] = evaluate(profileText(directives), { parameters: given }).rules;
    expect(first).toMatchObject({ action: 'deny', operations: ['default'] });
    for (const key of new Set(used)) {
      const rest = Object.fromEntries(Object.entries(given).filter(([name]) => name !== key));
      expect(() => evaluate(profileText(directives), { parameters: rest }), key).toThrow(
        /parameter is missing/,
      );
    }
  });

  it.each(confined)(
    '%s: the log says the tag of the run with every refusal, and leaves none out',
    (profile) => {
      const { rules } = rulesOf(macPolicy(profile));
      const refusing = rules.filter(({ action }) => action === 'deny');
      expect(refusing.length).toBeGreaterThan(1);
      for (const { modifiers, message } of refusing) {
        expect(modifiers).toEqual(['message']);
        expect(message).toBe(runValues['TAG']);
      }
    },
  );

  it.each(confined)('%s: a run reads nothing of the log, which holds the tags of other runs', (profile) => {
    for (const filesystem of [{}, { readable: ['/private/var'], read: 'minimal' as const }]) {
      const rules = rulesOf(macPolicy(profile, filesystem));
      for (const reading of readings) {
        const path = '/private/var/db/diagnostics/Persist/1.tracev3';
        expect(isAllowed(rules, { operation: 'file-read-data', path }, reading)).toBe(false);
        const beside = '/private/var/db/other';
        expect(isAllowed(rules, { operation: 'file-read-data', path: beside }, reading)).toBe(true);
      }
    }
  });

  // An allow under `require-all` was seen to outrank a later deny by `subpath`.
  it.each(confined)('%s: no allowed path stands under require-all, but terminals', (profile) => {
    for (const { action, filters } of rulesOf(macPolicy(profile)).rules) {
      if (action === 'deny') continue;
      const combined = filters.filter(({ filter }) => filter.startsWith('require-'));
      for (const inner of allFilters(combined))
        expect(['literal', 'subpath', 'prefix', 'require-not']).not.toContain(inner.filter);
    }
  });

  it.each(writing)(
    '%s: a protected or hidden path is named as itself, as a tree, and in every spelling',
    (profile) => {
      const { rules } = rulesOf(macPolicy(profile));
      const denied = rules.filter(
        ({ action, operations }) => action === 'deny' && operations.includes('file-write*'),
      );
      for (const path of [`${workspace}/.vscode`, `${workspace}/.git/hooks`, '/Users/me/.ssh']) {
        const naming = denied.find(({ filters }) =>
          filters.some(({ filter, values }) => filter === 'literal' && values.includes(path)),
        );
        expect(
          naming?.filters.some(({ filter, values }) => filter === 'subpath' && values.includes(path)),
        ).toBe(true);
        expect(
          naming?.filters.some(
            ({ filter, values }) =>
              filter === 'regex' && new RegExp(String(values[0]), 'u').test(path.toUpperCase()),
          ),
        ).toBe(true);
      }
    },
  );

  it('never turns an empty list into a rule for everything', () => {
    expect(rule('allow', 'file-write*', [])).toBe('');
    const { rules } = rulesOf(macPolicy('offline', { hidden: [], protected: [], writable: [] }));
    const wide = rules.filter(
      ({ action, operations, filters }) =>
        action === 'allow' &&
        filters.length === 0 &&
        operations.some((name) => name.startsWith('file-write') || name.startsWith('network')),
    );
    expect(wide).toEqual([]);
    const nothing = rulesOf(
      macPolicy('offline', { read: 'minimal', readable: [], writable: [], hidden: [] }),
    );
    for (const reading of readings)
      expect(isAllowed(nothing, { operation: 'file-read-data', path: '/Users/me/x' }, reading)).toBe(false);
  });

  it('refuses text that is not fixed', () => {
    for (const bad of ['a"b', 'a\\b', 'a(b', 'a;b', 'a\nb']) expect(() => text(bad)).toThrow(RangeError);
  });
});

// Names that would change the meaning of a text they were put into.
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        '\\',
        '(',
        ')',
        ';',
        '\n',
        '#"',
        "'",
        ' ',
        '))(allow default)',
        '*',
        '.',
        '$',
        '|',
        '=',
        '-D',
        'é',
        'ſ',
        '\u{1f600}',
      ),
      fc.string(),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join('').replaceAll('/', '').replaceAll('\0', ''))
  .filter(
    (name) => name !== '' && name !== '.' && name !== '..' && !name.startsWith('=') && !/\p{Cs}/u.test(name),
  );

describe('whatever a path is called', () => {
  it('the text of the profile stays the same', () => {
    const plain = profileText(compileMacos(macPolicy('workspace-write'), mac).directives);
    fc.assert(
      fc.property(hostile, hostile, (place, name) => {
        const root = `/Users/me/${place}`;
        const one = macPolicy(
          'workspace-write',
          {
            writable: [root],
            protected: [
              { path: `${root}/.git/config`, kind: 'file' },
              { path: `${root}/.git/hooks`, kind: 'directory' },
              { path: `${root}/${name}`, kind: 'absent' },
              { path: `${root}/deep/er/.envrc`, kind: 'absent' },
            ],
            hidden: [
              { path: `/Users/me/.aws-${name}`, kind: 'absent' },
              { path: `/Users/me/.ssh-${name}`, kind: 'directory' },
            ],
          },
          { workspace: root },
        );
        // A name may equal another one of the list, which saves a parameter.
        fc.pre(!['.git', 'deep', '.git/config'].includes(name));
        expect(profileText(compileMacos(one, mac).directives)).toBe(plain);
      }),
    );
  });

  it('it is protected, hidden and written as any other', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const rules = rulesOf(
          macPolicy('workspace-write', {
            protected: [{ path: `${workspace}/${name}`, kind: 'absent' }],
            hidden: [{ path: `/Users/me/${name}`, kind: 'file' }],
          }),
        );
        for (const reading of readings) {
          const may = (operation: string, path: string): boolean =>
            isAllowed(rules, { operation, path }, reading);
          for (const spelled of [name, name.normalize('NFC'), name.normalize('NFD')]) {
            expect(may('file-write-create', `${workspace}/${spelled}`)).toBe(false);
            expect(may('file-write-data', `${workspace}/${spelled}/below`)).toBe(false);
          }
          expect(may('file-read-data', `/Users/me/${name}`)).toBe(false);
          expect(may('file-write-create', `${workspace}/not ${name}`)).toBe(true);
        }
      }),
    );
  });
});

describe('spellings', () => {
  const matches = (path: string, other: string, exact = false): boolean =>
    new RegExp(anySpelling(path, { exact }), 'u').test(other);

  it.each([
    ['/a/.vscode', '/A/.VSCode'],
    ['/a/.vscode', '/a/.v\u017fcode'],
    ['/a/kit', '/a/\u212ait'],
    ['/a/\u00e5', '/a/\u212b'],
    ['/a/\u03a9', '/a/\u2126'],
    ['/a/caf\u00e9', '/a/cafe\u0301'],
    ['/a/cafe\u0301', '/a/CAF\u00c9'],
    ['/a/b', '/a/b/c'],
    ['/Users/me/.ssh', '/System/Volumes/Data/Users/me/.ssh/id'],
  ])('%s is also %s', (path, other) => {
    expect(matches(path, other)).toBe(true);
  });

  it.each([
    ['/a/.vscode', '/a/.vscode-test'],
    ['/a/.vscode', '/a/xvscode'],
    ['/a/b', '/x/a/b'],
    ['/a/b', '/a'],
  ])('%s is not %s', (path, other) => {
    expect(matches(path, other)).toBe(false);
  });

  it('of a directory alone do not reach into it', () => {
    expect(matches('/a/b', '/A/B', true)).toBe(true);
    expect(matches('/a/b', '/a/b/c', true)).toBe(false);
  });
});

describe('paths as the kernel knows them', () => {
  it.each([
    ['/tmp/x', '/private/tmp/x'],
    ['/var', '/private/var'],
    ['/etc/hosts', '/private/etc/hosts'],
    ['/variable', '/variable'],
    ['/private/tmp', '/private/tmp'],
    ['/System/Volumes/Data/Users/me', '/Users/me'],
    ['/System/Volumes/Data/private/tmp', '/private/tmp'],
    ['/System/Volumes/Database', '/System/Volumes/Database'],
  ])('%s is %s', (path, expected) => {
    expect(kernelPath(path)).toBe(expected);
  });

  it.each(['relative', '', '/a\0b'])('%j is refused', (path) => {
    expect(() => kernelPath(path)).toThrow(RangeError);
  });
});

describe('a network of this machine alone', () => {
  const rules = evaluate(
    `(version 1)(deny default)${networkRules({ kind: 'localhost', ports: [8080] }).join('')}`,
    { parameters: runValues },
  );
  const may = (address: string): boolean =>
    readings.every((reading) =>
      isAllowed(rules, { operation: 'network-outbound', protocolName: 'tcp', address }, reading),
    );

  it('is the port of the proxy and nothing else', () => {
    expect(may('localhost:8080')).toBe(true);
    for (const address of ['localhost:8081', '93.184.216.34:8080', '127.0.0.2:8080'])
      expect(may(address)).toBe(false);
    expect(
      isAllowed(
        rules,
        { operation: 'network-bind', protocolName: 'tcp', address: 'localhost:8080' },
        'in order',
      ),
    ).toBe(false);
    expect(
      isAllowed(
        rules,
        { operation: 'network-outbound', protocolName: 'udp', address: 'localhost:8080' },
        'in order',
      ),
    ).toBe(false);
  });

  it('without a port is none', () => {
    const none = evaluate(
      `(version 1)(deny default)${networkRules({ kind: 'localhost', ports: [] }).join('')}`,
      { parameters: runValues },
    );
    expect(isAllowed(none, { operation: 'system-socket', domain: 'AF_INET' }, 'in order')).toBe(false);
  });

  it.each([0, -1, 65_536, 1.5, NaN])('refuses the port %d', (port) => {
    expect(() => networkRules({ kind: 'localhost', ports: [port] })).toThrow(RangeError);
  });
});
