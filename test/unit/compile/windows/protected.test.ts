import { describe, expect, it } from 'vitest';
import { canonicalWindowsPath } from '../../../../src/profile/windows_paths.js';
import { compileWindows } from '../../../../src/compile/windows/plan.js';
import { type SandboxPolicy } from '../../../../src/types.js';
import { type Tree, WindowsMachine } from '../../../helpers/windows_machine.js';
import { directive, noContainer, policy, windows, workspace } from './machines.js';

const tree: Tree = {
  Users: {
    user: {
      '.ssh': { id_rsa: null },
      'notes.txt': null,
      outside: { file: null },
      project: {
        '.git': { config: null, HEAD: null, hooks: { 'pre-commit': null }, objects: { pack: null } },
        src: { 'main.c': null, deep: { file: null } },
        secrets: { key: null, below: { key: null } },
        'README.md': null,
        'config-by-another-name': { sameAs: `${workspace}\\.git\\config` },
        exit: 'C:\\Users\\user\\outside',
        entry: `${workspace}\\.git`,
      },
    },
  },
};
const shorts = {
  [`${workspace}\\.git`]: 'GIT~1',
  [`${workspace}\\.git\\config`]: 'CONFIG~1',
  [`${workspace}\\README.md`]: 'README~1.MD',
};

function machineUnder(one: SandboxPolicy): WindowsMachine {
  const machine = new WindowsMachine(tree, shorts);
  machine.apply(compileWindows(one, windows).directives);
  return machine;
}

const machine = machineUnder(policy('workspace-write'));
const at = (path: string): string => `${workspace}\\${path}`;

type Attack = readonly [
  name: string,
  attack: (m: WindowsMachine) => boolean,
  control: (m: WindowsMachine) => boolean,
];

// Each attack fails; its control, the same deed on a path that nobody protects, succeeds.
describe.each<Attack>([
  ['write', (m) => m.write(at('.git\\config')), (m) => m.write(at('.git\\HEAD'))],
  ['create', (m) => m.write(at('.git\\hooks\\post-checkout')), (m) => m.write(at('.git\\objects\\new'))],
  ['remove', (m) => m.remove(at('.git\\config')), (m) => m.remove(at('.git\\HEAD'))],
  ['remove a directory', (m) => m.remove(at('.git\\hooks')), (m) => m.remove(at('.git\\objects'))],
  [
    'remove in a directory',
    (m) => m.remove(at('.git\\hooks\\pre-commit')),
    (m) => m.remove(at('.git\\objects\\pack')),
  ],
  ['rename', (m) => m.rename(at('.git\\config'), at('x')), (m) => m.rename(at('.git\\HEAD'), at('x'))],
  [
    'rename onto',
    (m) => m.rename(at('src\\main.c'), at('.git\\config')),
    (m) => m.rename(at('src\\main.c'), at('.git\\HEAD')),
  ],
  [
    'rename into',
    (m) => m.rename(at('src\\main.c'), at('.git\\hooks\\x')),
    (m) => m.rename(at('src\\main.c'), at('.git\\objects\\x')),
  ],
  ['rename an ancestor', (m) => m.rename(at('.git'), at('old')), (m) => m.rename(at('src'), at('old'))],
  [
    'rename the workspace',
    (m) => m.rename(workspace, 'C:\\Users\\user\\old'),
    (m) => m.rename(at('src'), at('src2')),
  ],
  ['link to it', (m) => m.link(at('.git\\config'), at('x')), (m) => m.link(at('.git\\HEAD'), at('x'))],
  ['write by another name', (m) => m.write(at('config-by-another-name')), (m) => m.write(at('README.md'))],
  ['write through a junction', (m) => m.write(at('entry\\config')), (m) => m.write(at('entry\\HEAD'))],
  [
    'change its attributes',
    (m) => m.changeAttributes(at('.git\\config')),
    (m) => m.changeAttributes(at('.git\\HEAD')),
  ],
  ['in another case', (m) => m.write(at('.GIT\\Config')), (m) => m.write(at('.GIT\\Head'))],
  ['create in another case', (m) => m.write(at('.Git\\HOOKS\\x')), (m) => m.write(at('.Git\\OBJECTS\\x'))],
  ['a stream of it', (m) => m.write(at('.git\\config:more')), (m) => m.write(at('.git\\HEAD:more'))],
  ['its main stream', (m) => m.write(at('.git\\config::$DATA')), (m) => m.write(at('.git\\HEAD::$DATA'))],
  [
    'a directory by its index',
    (m) => m.write(at('.git\\hooks::$INDEX_ALLOCATION\\x')),
    (m) => m.write(at('.git\\objects::$INDEX_ALLOCATION\\x')),
  ],
  ['by a short name', (m) => m.write(at('GIT~1\\CONFIG~1')), (m) => m.write(at('README~1.MD'))],
  ['create by a short name', (m) => m.write(at('GIT~1\\hooks\\x')), (m) => m.write(at('GIT~1\\x'))],
  [
    'with dots and spaces at the end',
    (m) => m.write(at('.git. .\\config...')),
    (m) => m.write(at('.git. .\\HEAD...')),
  ],
  [
    'by the long form',
    (m) => m.write(`\\\\?\\${at('.git\\config')}`),
    (m) => m.write(`\\\\?\\${at('.git\\HEAD')}`),
  ],
  ['with slashes', (m) => m.write(at('.git/config')), (m) => m.write(at('.git/HEAD'))],
  ['read a hidden file', (m) => m.read(at('secrets\\below\\key')), (m) => m.read(at('src\\deep\\file'))],
  ['move what is hidden away', (m) => m.rename(at('secrets'), at('x')), (m) => m.rename(at('src'), at('x'))],
  ['write outside', (m) => m.write('C:\\Users\\user\\notes.txt'), (m) => m.write(at('README.md'))],
  ['create outside', (m) => m.write('C:\\Users\\user\\new.txt'), (m) => m.write(at('new.txt'))],
  [
    'write outside through a junction',
    (m) => m.write(at('exit\\file')),
    (m) => m.write(at('src\\deep\\file')),
  ],
  [
    'link to what is outside',
    (m) => m.link('C:\\Users\\user\\notes.txt', at('x')),
    (m) => m.link(at('README.md'), at('x')),
  ],
  ['read a secret outside', (m) => m.read('C:\\Users\\user\\.ssh\\id_rsa'), (m) => m.read(at('README.md'))],
])('an attack on the plan: %s', (_name, attack, control) => {
  it('fails', () => {
    expect(attack(machine)).toBe(false);
  });
  it('succeeds where nothing is protected', () => {
    expect(control(machine)).toBe(true);
  });
  // Were the entry missing, the model would say so: it is the plan that refuses.
  it('would succeed without the entries, or outside of every grant', () => {
    const open = new WindowsMachine(tree, shorts);
    open.apply(['write', 'C:\\Users']);
    expect(attack(open)).toBe(true);
  });
});

describe('no access list may be changed', () => {
  it.each(['README.md', '.git\\config', 'src', '.git'])('%s', (path) => {
    expect(machine.changeList(at(path))).toBe(false);
  });
});

describe('the ways to a path', () => {
  it.each(['.GIT\\hooks', 'git~1\\HOOKS', 'entry\\hooks', '.git.\\hooks ', 'src\\..\\.git\\hooks'])(
    '%s leads to one entry',
    (spelling) => {
      const found = canonicalWindowsPath(at(spelling), machine.facts);
      expect(found).toBe(at('.git\\hooks'));
      const one = policy('workspace-write', {
        filesystem: { protected: [{ path: found, kind: 'directory' }] },
      });
      expect(directive(compileWindows(one, windows).directives, 'protect')).toEqual([at('.git\\hooks')]);
      expect(machineUnder(one).write(at('.git\\hooks\\x'))).toBe(false);
    },
  );

  it('a protected path that does not exist is one that a run must not find, and is looked for when it ends', () => {
    const { directives, enforcement } = compileWindows(policy('workspace-write'), windows);
    expect(directive(directives, 'absent')).toEqual([at('.vscode')]);
    expect(enforcement.guarantees['fs-protected'].status).toBe('partial');
  });

  it('a link to a protected path is pinned like a directory on the way to it', () => {
    const one = policy('workspace-write', { filesystem: { protectedLinks: [at('src\\link')] } });
    expect(directive(compileWindows(one, windows).directives, 'pin')).toEqual([
      at('.git'),
      at('src'),
      at('src\\link'),
    ]);
  });
});

describe('without a container', () => {
  it('the plan protects nothing, and its report says so', () => {
    const { directives, enforcement } = compileWindows(policy('workspace-write'), noContainer);
    expect(directives.some((word) => word.includes(workspace))).toBe(false);
    expect(enforcement.guarantees['fs-protected'].status).toBe('partial');
    expect(enforcement.guarantees['fs-write'].status).toBe('none');
  });
});

describe('a profile that only reads', () => {
  it('changes nothing', () => {
    const reads = machineUnder(policy('offline'));
    expect(reads.read(at('README.md'))).toBe(true);
    for (const path of ['README.md', '.git\\config', 'new', 'src\\main.c']) {
      expect([path, reads.write(at(path)), reads.remove(at(path))]).toEqual([path, false, false]);
    }
  });
});
