import { describe, expect, it } from 'vitest';
import { readings } from '../../../helpers/sbpl/decide.js';
import { Mac, type MacOptions } from '../../../helpers/sbpl/mac.js';
import { macPolicy, rulesOf, runValues, workspace, writing } from './macs.js';

/** Attacks on protected and hidden paths, played on a model of the file system; each happens when nothing confines it. */
interface Attack {
  readonly name: string;
  readonly play: (mac: Mac) => void;
  /** Seen from outside, after the run. */
  readonly succeeded: (mac: Mac) => boolean;
  readonly options?: MacOptions;
}

const at = (path: string): string => `${workspace}/${path}`;
const evil = 'evil';
const secret = 'secret';
const holds =
  (path: string, content = evil) =>
  (mac: Mac) =>
    mac.read(path) === content;

/** What a program can get at: it prints what it reads, here into a file of the workspace. */
function exfiltrate(mac: Mac, path: string): void {
  const content = mac.read(path);
  if (content !== undefined) mac.write(at('loot'), content);
}
const stolen = holds(at('loot'), secret);

const attacks: readonly Attack[] = [
  {
    name: 'write a protected file',
    play: (mac) => mac.write(at('.git/config'), evil),
    succeeded: holds(at('.git/config')),
  },
  {
    name: 'write into a protected directory',
    play: (mac) => mac.write(at('.git/hooks/pre-commit'), evil),
    succeeded: holds(at('.git/hooks/pre-commit')),
  },
  {
    name: 'create a protected directory that does not exist',
    play: (mac) => {
      mac.mkdir(at('.vscode'));
      mac.write(at('.vscode/tasks.json'), evil);
    },
    succeeded: holds(at('.vscode/tasks.json')),
  },
  {
    name: 'create a protected path as a file',
    play: (mac) => mac.write(at('.vscode'), evil),
    succeeded: holds(at('.vscode')),
  },
  {
    name: 'rename a directory to a protected path',
    play: (mac) => {
      mac.mkdir(at('x'));
      mac.write(at('x/tasks.json'), evil);
      mac.rename(at('x'), at('.vscode'));
    },
    succeeded: holds(at('.vscode/tasks.json')),
  },
  {
    name: 'rename a file over a protected one',
    play: (mac) => {
      mac.write(at('x'), evil);
      mac.rename(at('x'), at('.git/config'));
    },
    succeeded: holds(at('.git/config')),
  },
  {
    name: 'replace a protected file: unlink and create',
    play: (mac) => {
      mac.remove(at('.git/config'));
      mac.write(at('.git/config'), evil);
    },
    succeeded: holds(at('.git/config')),
  },
  {
    name: 'move the ancestor away, change it there, move it back',
    play: (mac) => {
      mac.rename(at('.git'), at('g'));
      mac.write(at('g/config'), evil);
      mac.rename(at('g'), at('.git'));
    },
    succeeded: holds(at('.git/config')),
  },
  {
    name: 'put another directory in the place of the ancestor',
    play: (mac) => {
      mac.mkdir(at('g'));
      mac.write(at('g/config'), evil);
      mac.rename(at('.git'), at('old'));
      mac.rename(at('g'), at('.git'));
    },
    succeeded: holds(at('.git/config')),
  },
  {
    name: 'exchange the ancestor with another directory',
    play: (mac) => {
      mac.mkdir(at('g'));
      mac.write(at('g/config'), evil);
      mac.swap(at('g'), at('.git'));
    },
    succeeded: holds(at('.git/config')),
  },
  {
    name: 'bring an absent ancestor along with what is protected in it',
    play: (mac) => {
      mac.mkdirs(at('x/er'));
      mac.write(at('x/er/.envrc'), evil);
      mac.rename(at('x'), at('deep'));
    },
    succeeded: holds(at('deep/er/.envrc')),
  },
  {
    name: 'make the absent ancestor in another case, and the rest in it',
    play: (mac) => {
      mac.mkdirs(at('Deep/ER'));
      mac.write(at('Deep/ER/.ENVRC'), evil);
    },
    succeeded: holds(at('deep/er/.envrc')),
  },
  {
    name: 'make the absent ancestor a link',
    play: (mac) => {
      mac.mkdirs(at('x/er'));
      mac.write(at('x/er/.envrc'), evil);
      mac.symlink(at('x'), at('deep'));
    },
    succeeded: holds(at('deep/er/.envrc')),
  },
  {
    name: 'make the protected path a link',
    play: (mac) => {
      mac.mkdir(at('x'));
      mac.write(at('x/tasks.json'), evil);
      mac.symlink(at('x'), at('.vscode'));
    },
    succeeded: holds(at('.vscode/tasks.json')),
  },
  {
    name: 'write through a link to a protected file',
    play: (mac) => {
      mac.symlink(at('.git/config'), at('x'));
      mac.write(at('x'), evil);
    },
    succeeded: holds(at('.git/config')),
  },
  {
    name: 'write through a second name of a protected file',
    play: (mac) => {
      mac.link(at('.git/config'), at('x'));
      mac.write(at('x'), evil);
    },
    succeeded: holds(at('.git/config')),
  },
  {
    name: 'give a file a protected second name',
    play: (mac) => {
      mac.write(at('x'), evil);
      mac.link(at('x'), at('.vscode'));
    },
    succeeded: holds(at('.vscode')),
  },
  {
    name: 'another case, of what exists',
    play: (mac) => mac.write(at('.GIT/Config'), evil),
    succeeded: holds(at('.git/config')),
  },
  {
    name: 'another case, of what does not exist',
    play: (mac) => {
      mac.mkdir(at('.VSCode'));
      mac.write(at('.VSCode/tasks.json'), evil);
    },
    succeeded: holds(at('.vscode/tasks.json')),
  },
  {
    name: 'letters that fold to another: the long s',
    play: (mac) => {
      mac.mkdir(at('.v\u017fcode'));
      mac.write(at('.v\u017fcode/tasks.json'), evil);
    },
    succeeded: holds(at('.vscode/tasks.json')),
  },
  {
    name: 'rename to another case',
    play: (mac) => {
      mac.mkdir(at('x'));
      mac.write(at('x/tasks.json'), evil);
      mac.rename(at('x'), at('.VSCODE'));
    },
    succeeded: holds(at('.vscode/tasks.json')),
  },
  {
    name: 'the composed spelling for the decomposed one',
    play: (mac) => mac.write(at('caf\u00e9'), evil),
    succeeded: holds(at('cafe\u0301')),
  },
  {
    name: 'the decomposed spelling for the composed one',
    play: (mac) => mac.write(at('U\u0308BER'), evil),
    succeeded: holds(at('\u00fcber')),
  },
  {
    name: 'move the workspace itself away',
    play: (mac) => mac.rename(workspace, `${workspace}-old`),
    succeeded: (mac) => mac.read(at('.git/config')) === undefined,
  },
  {
    name: 'write outside',
    play: (mac) => mac.write('/Users/me/other', evil),
    succeeded: holds('/Users/me/other'),
  },
  {
    name: 'write outside through a link in the workspace',
    play: (mac) => {
      mac.symlink('/Users/me/notes', at('x'));
      mac.write(at('x'), evil);
    },
    succeeded: holds('/Users/me/notes'),
  },
  {
    name: 'write outside through a second name in the workspace',
    play: (mac) => {
      mac.link('/Users/me/notes', at('x'));
      mac.write(at('x'), evil);
    },
    succeeded: holds('/Users/me/notes'),
  },
  {
    name: 'read a secret',
    play: (mac) => {
      exfiltrate(mac, '/Users/me/.ssh/id');
    },
    succeeded: stolen,
  },
  {
    name: 'read a secret in another case',
    play: (mac) => {
      exfiltrate(mac, '/users/ME/.SSH/ID');
    },
    succeeded: stolen,
  },
  {
    name: 'read a secret through a link',
    play: (mac) => {
      mac.symlink('/Users/me/.ssh', at('x'));
      exfiltrate(mac, at('x/id'));
    },
    succeeded: stolen,
  },
  {
    name: 'read a secret by a second name',
    play: (mac) => {
      mac.link('/Users/me/.ssh/id', at('x'));
      exfiltrate(mac, at('x'));
    },
    succeeded: stolen,
  },
  {
    name: 'read a secret of the workspace after moving the directory above it',
    play: (mac) => {
      mac.rename(at('conf'), at('x'));
      exfiltrate(mac, at('x/.env'));
    },
    succeeded: stolen,
  },
  {
    name: 'read a secret of the workspace after renaming it',
    play: (mac) => {
      mac.rename(at('conf/.env'), at('x'));
      exfiltrate(mac, at('x'));
    },
    succeeded: stolen,
  },
  {
    name: 'read a file by the name without /private',
    play: (mac) => {
      exfiltrate(mac, '/etc/master.passwd');
    },
    succeeded: stolen,
  },
  {
    name: 'read a file by the name with /private',
    play: (mac) => {
      exfiltrate(mac, '/private/etc/master.passwd');
    },
    succeeded: stolen,
  },
  {
    name: 'replace a link that leads to a protected file',
    play: (mac) => {
      mac.write(at('x'), evil);
      mac.remove(at('.npmrc'));
      mac.symlink(at('x'), at('.npmrc'));
    },
    succeeded: holds(at('.npmrc')),
  },
];

const filesystem = {
  protected: [
    { path: at('.git/config'), kind: 'file' },
    { path: at('.git/hooks'), kind: 'directory' },
    { path: at('.vscode'), kind: 'absent' },
    { path: at('deep/er/.envrc'), kind: 'absent' },
    { path: at('cafe\u0301'), kind: 'absent' },
    { path: at('\u00fcber'), kind: 'absent' },
    { path: at('npmrc.shared'), kind: 'file' },
  ],
  protectedLinks: [at('.npmrc')],
  hidden: [
    { path: '/Users/me/.ssh', kind: 'directory' },
    { path: at('conf/.env'), kind: 'file' },
    // As a caller may write it: the kernel knows it by the path with /private.
    { path: '/etc/master.passwd', kind: 'file' },
  ],
} as const;

function scene(options: MacOptions): Mac {
  const mac = new Mac({ insensitive: true, ...options });
  for (const folder of [at('.git/hooks'), at('conf'), '/Users/me/.ssh', runValues['SCRATCH']!])
    mac.mkdirs(folder);
  mac.write(at('.git/config'), 'good');
  mac.write(at('npmrc.shared'), 'good');
  mac.symlink(at('npmrc.shared'), at('.npmrc'));
  for (const path of ['/Users/me/.ssh/id', at('conf/.env'), '/private/etc/master.passwd'])
    mac.write(path, secret);
  mac.write('/Users/me/notes', 'good');
  mac.enter();
  return mac;
}

function outcome(attack: Attack, options: MacOptions): boolean {
  const mac = scene(options);
  attack.play(mac);
  // From outside nothing is refused.
  return attack.succeeded(mac.outside());
}

describe.each(attacks)('$name', (attack) => {
  it('control: happens without a profile', () => {
    expect(outcome(attack, {})).toBe(true);
  });

  it.each(writing)('is refused under %s, however rules are read', (profile) => {
    const rules = rulesOf(macPolicy(profile, filesystem));
    for (const reading of readings) {
      for (const linkCheck of ['source', 'destination'] as const)
        expect(outcome(attack, { profile: rules, reading, linkCheck })).toBe(false);
    }
  });
});

describe('ordinary work goes on', () => {
  const work: readonly (readonly [string, (mac: Mac) => boolean])[] = [
    [
      'a file is made, changed, renamed and removed',
      (mac) =>
        mac.write(at('a'), '1') &&
        mac.write(at('a'), '2') &&
        mac.rename(at('a'), at('b')) &&
        mac.remove(at('b')),
    ],
    [
      'a directory is made, moved and removed',
      (mac) => mac.mkdir(at('d')) && mac.rename(at('d'), at('e')) && mac.remove(at('e')),
    ],
    [
      'git writes its index by renaming a lock',
      (mac) => mac.write(at('.git/index.lock'), '1') && mac.rename(at('.git/index.lock'), at('.git/index')),
    ],
    [
      'a name that begins like a protected one',
      (mac) => mac.mkdir(at('.vscode-test')) && mac.write(at('.git/config.worktree'), '1'),
    ],
    ['a link to a protected file is read', (mac) => mac.read(at('.npmrc')) === 'good'],
    ['a protected file is read', (mac) => mac.read(at('.git/config')) === 'good'],
    ['next to a secret', (mac) => mac.write(at('conf/settings'), '1')],
    [
      'scratch files',
      (mac) => mac.write(`${runValues['SCRATCH']}/x`, '1') && mac.remove(`${runValues['SCRATCH']}/x`),
    ],
  ];
  it.each(work)('%s', (_name, play) => {
    for (const reading of readings)
      expect(play(scene({ profile: rulesOf(macPolicy('workspace-write', filesystem)), reading }))).toBe(true);
  });
});

describe('the model', () => {
  it('finds names in every spelling only where the volume does', () => {
    const mac = new Mac({ insensitive: false });
    mac.mkdirs('/a');
    mac.write('/a/b', '1');
    expect(mac.read('/A/b')).toBeUndefined();
    expect(mac.read('/a/b')).toBe('1');
  });

  it('knows a file by its first spelling, and by where links lead', () => {
    const profile = rulesOf(
      macPolicy('offline', { hidden: [{ path: '/private/tmp/Secret', kind: 'file' }] }),
    );
    const mac = new Mac({ profile, insensitive: true });
    mac.write('/tmp/Secret', '1');
    mac.enter();
    expect(mac.read('/tmp/SECRET')).toBeUndefined();
    expect(mac.write('/tmp/other', '1')).toBe(false);
  });
});
