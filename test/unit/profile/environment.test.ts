import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAbsolutePath } from '../../../src/profile/absolute.js';
import { buildEnvironment, searchPath, validateEnv } from '../../../src/profile/environment.js';
import { errorOf } from './tree.js';

const host = {
  PATH: '/usr/bin:/bin',
  HOME: '/home/u',
  LANG: 'C.UTF-8',
  LC_ALL: 'C',
  TERM: 'xterm',
  TZ: 'UTC',
  CI: 'true',
};

const dangerous = [
  ...[
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'LD_AUDIT',
    'DYLD_INSERT_LIBRARIES',
    'GCONV_PATH',
    'LOCPATH',
    'GLIBC_TUNABLES',
  ],
  ...[
    'NODE_OPTIONS',
    'NODE_PATH',
    'NODE_REPL_EXTERNAL_MODULE',
    'ELECTRON_RUN_AS_NODE',
    'npm_config_script_shell',
  ],
  ...[
    'BASH_ENV',
    'ENV',
    'SHELLOPTS',
    'BASHOPTS',
    'PS4',
    'PROMPT_COMMAND',
    'BASH_FUNC_ls%%',
    'IFS',
    'CDPATH',
    'ZDOTDIR',
  ],
  ...[
    'PYTHONSTARTUP',
    'PYTHONPATH',
    'PYTHONHOME',
    'PYTHONINSPECT',
    'PERL5LIB',
    'PERL5OPT',
    'RUBYOPT',
    'RUBYLIB',
  ],
  ...['JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS', 'CLASSPATH', 'LUA_INIT', 'R_PROFILE', 'RUSTC_WRAPPER', 'GOFLAGS'],
  ...[
    'GIT_SSH_COMMAND',
    'GIT_EDITOR',
    'GIT_PAGER',
    'GIT_DIR',
    'GIT_CONFIG_COUNT',
    'GIT_EXTERNAL_DIFF',
    'GIT_ASKPASS',
  ],
  ...[
    'EDITOR',
    'VISUAL',
    'PAGER',
    'BROWSER',
    'SSH_ASKPASS',
    'SSH_AUTH_SOCK',
    'DBUS_SESSION_BUS_ADDRESS',
    'DOCKER_HOST',
  ],
  ...[
    'AWS_SECRET_ACCESS_KEY',
    'GITHUB_TOKEN',
    'NPM_TOKEN',
    'DATABASE_URL',
    'ANTHROPIC_API_KEY',
    'HTTPS_PROXY',
  ],
  ...['LC_', 'LC_all', 'PATH_X', 'XPATH', 'path', 'TMP', 'TEMP', 'TMPDIR_X'],
];

describe('the environment of a confined run', () => {
  it('takes what is harmless from the host, and a private scratch directory', () => {
    expect(buildEnvironment({ ...host, TMPDIR: '/tmp/host' }, true, {}).sort()).toEqual(
      [...Object.entries(host).map(([name, value]) => `${name}=${value}`), 'TMPDIR=@scratch'].sort(),
    );
  });

  it.each(dangerous)('does not inherit %s', (name) => {
    const environment = buildEnvironment({ ...host, [name]: 'planted' }, true, {});
    expect(environment.join('\n')).not.toContain('planted');
  });

  it('inherits nothing but the list, whatever the host has', () => {
    const allowed =
      /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|TZ|TERM|COLORTERM|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|CLICOLOR|CLICOLOR_FORCE|CI|LC_[A-Z]+|TMPDIR)=/;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (variables) => {
        for (const entry of buildEnvironment(variables, true, {})) expect(entry).toMatch(allowed);
      }),
    );
  });

  it('passes what the caller sets, loader variables too, over what is inherited', () => {
    const environment = buildEnvironment(host, true, {
      NODE_OPTIONS: '--no-warnings',
      HOME: '/elsewhere',
      TMPDIR: '/x',
      A: '',
    });
    expect(environment).toContain('NODE_OPTIONS=--no-warnings');
    expect(environment).toContain('HOME=/elsewhere');
    expect(environment).toContain('TMPDIR=/x');
    expect(environment).toContain('A=');
    expect(environment.filter((entry) => entry.startsWith('HOME='))).toHaveLength(1);
  });

  it('removes what the caller sets to undefined', () => {
    const environment = buildEnvironment(host, true, {
      HOME: undefined,
      TMPDIR: undefined,
      NEVER: undefined,
    });
    expect(environment.some((entry) => /^(HOME|TMPDIR|NEVER)=/.test(entry))).toBe(false);
  });

  it('always has a search path', () => {
    expect(buildEnvironment({}, true, {})).toEqual(['PATH=/usr/local/bin:/usr/bin:/bin', 'TMPDIR=@scratch']);
  });
});

describe('the environment of an unconfined run', () => {
  it("is the host's with the caller's changes", () => {
    const environment = buildEnvironment({ SECRET: '1', LD_PRELOAD: 'x', PATH: '.:', TMPDIR: '/t' }, false, {
      SECRET: undefined,
      B: '2',
    });
    expect(environment).toEqual(['LD_PRELOAD=x', 'PATH=.:', 'TMPDIR=/t', 'B=2']);
  });
});

describe('searchPath', () => {
  it.each([
    ['/usr/bin:/bin', '/usr/bin:/bin'],
    ['/w/node_modules/.bin:/usr/bin', '/w/node_modules/.bin:/usr/bin'],
    ['.:/usr/bin', '/usr/bin'],
    [':/usr/bin:', '/usr/bin'],
    ['bin:node_modules/.bin:/bin', '/bin'],
    ['~/bin:/bin', '/bin'],
    ['', '/usr/local/bin:/usr/bin:/bin'],
    ['.', '/usr/local/bin:/usr/bin:/bin'],
  ])('%j becomes %j', (given, expected) => {
    expect(searchPath(given)).toBe(expected);
  });

  it('never has an entry that means the working directory', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (entries) => {
        expect(
          searchPath(entries.join(':'))
            .split(':')
            .every((entry) => entry.startsWith('/')),
        ).toBe(true);
      }),
    );
  });
});

describe('validateEnv', () => {
  it.each<[string, unknown]>([
    ['an empty name', { '': 'x' }],
    ['"=" in a name', { 'A=B': 'x' }],
    ['NUL in a name', { 'A\0': 'x' }],
    ['NUL in a value', { A: 'x\0y' }],
    ['a number', { A: 1 }],
    ['null', { A: null }],
    ['an object', { A: {} }],
    ['an array for all', ['A=1']],
    ['null for all', null],
    ['a string for all', 'A=1'],
  ])('refuses %s', (_, env) => {
    const validate = (): void => {
      validateEnv(env);
    };
    expect(errorOf(validate).code).toBe('ERR_INVALID_ENV');
  });

  it('refuses an empty or malformed name also when it is to be removed', () => {
    expect(errorOf(() => buildEnvironment({}, true, { 'A=': undefined })).code).toBe('ERR_INVALID_ENV');
  });
});

describe('on Windows', () => {
  const host = {
    Path: 'C:\\bin;relative;;\\\\server\\bin;D:/tools',
    SystemRoot: 'C:\\Windows',
    temp: 'C:\\Temp',
    NODE_OPTIONS: '--require x',
    AWS_SECRET_ACCESS_KEY: 'x',
    '=C:': 'C:\\work',
  };
  const lines = (extra: Record<string, string | undefined> = {}, confined = true): readonly string[] =>
    buildEnvironment(host, confined, extra, 'win32');

  it('passes what programs need to find the system, and no more', () => {
    expect(lines()).toEqual([
      'Path=C:\\bin;D:/tools',
      'SystemRoot=C:\\Windows',
      'TEMP=@scratch',
      'TMP=@scratch',
    ]);
  });

  it('knows no case of names', () => {
    expect(lines({ PATH: 'C:\\x' })).toContain('PATH=C:\\x');
    expect(lines({ PATH: 'C:\\x' }).filter((line) => /^path=/iu.test(line))).toHaveLength(1);
    expect(lines({ systemroot: undefined }).filter((line) => /^systemroot=/iu.test(line))).toEqual([]);
  });

  it('passes everything to what is not confined', () => {
    expect(lines({}, false)).toHaveLength(Object.keys(host).length);
  });
});

describe('an absolute path', () => {
  it.each<[string, NodeJS.Platform, boolean]>([
    ['/a', 'linux', true],
    ['C:\\a', 'linux', false],
    ['C:\\a', 'win32', true],
    ['c:/a', 'win32', true],
    ['\\\\server\\a', 'win32', true],
    ['C:a', 'win32', false],
    ['a\\b', 'win32', false],
  ])('%s on %s', (path, platform, expected) => {
    expect(isAbsolutePath(path, platform)).toBe(expected);
  });
});
