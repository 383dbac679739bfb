import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../../src/execpolicy/check.js';
import { type Answer, type CommandRule } from '../../../src/execpolicy/rule.js';
import { loadPolicies } from '../../../src/execpolicy/rules/load.js';
import { check, checkWith, contextOf } from './context.js';

// Cases of the predecessor's own tests, and of the holes that were found in it, each with the answer that is right.

function one(
  rule: Partial<CommandRule>,
): readonly [{ readonly version: 1; readonly name: string; readonly rules: readonly CommandRule[] }] {
  return [
    {
      version: 1,
      name: 'test',
      rules: [{ id: 'a', decision: 'allow', justification: 'j', pattern: ['x'], ...rule }],
    },
  ];
}

describe('the first language: programs with typed arguments', () => {
  it.each<[string, Answer]>([
    // Without the arguments that they need, nothing says what they do.
    ['cp', 'ask'],
    ['cp a', 'ask'],
    ['cp foo/bar ../workspace/baz', 'allow'],
    ['cp foo/bar ../baz', 'deny'],
    ['cp a b c', 'allow'],
    // It was refused, and only prints.
    ['head', 'allow'],
    ['head -n 100 f', 'allow'],
    ['head -n 0 f', 'allow'],
    ['head -n 1.5 f', 'allow'],
    ['head -n 1.0 f', 'allow'],
    ['head -n -1 f', 'allow'],
    // Options that belong together may be written together, and unknown ones of a tool that only reads do no harm.
    ['ls -z', 'allow'],
    ['ls -al', 'allow'],
    ['ls foo -l', 'allow'],
    ['/bin/ls', 'allow'],
    ['ls -- -l', 'allow'],
    ['pwd foo bar', 'allow'],
    ['pwd -P', 'allow'],
    ['printenv', 'allow'],
    ['printenv HOME', 'allow'],
    ['which -a python3', 'allow'],
    ['rg -n --files-with-matches foo', 'allow'],
    ['rg --glob=*.ts foo src', 'allow'],
    ['sed -n 122,202p f', 'allow'],
    ["sed -e 's/y/echo hi/e' f", 'ask'],
    ['sed 122,202p', 'allow'],
  ])('%s: %s', (line, answer) => {
    expect(check(line).decision).toBe(answer);
  });

  it('a literal subcommand has to be the one', () => {
    const files = one({ pattern: ['x', 'sub'] });
    expect(checkWith(files, 'x sub').decision).toBe('allow');
    expect(checkWith(files, 'x other').decision).toBe('ask');
  });

  it('numbers are digits', () => {
    const files = one({ options: { '-n': 'number' }, operands: ['number'] });
    expect(checkWith(files, 'x 3').decision).toBe('allow');
    expect(checkWith(files, 'x 1.5').decision).toBe('ask');
    expect(checkWith(files, 'x -3').decision).toBe('ask');
  });

  it('a path through a link is where it leads', () => {
    const context = contextOf('workspace-write');
    const links: Readonly<Record<string, string>> = { '/home/user/workspace/link/passwd': '/etc/passwd' };
    const follow = (path: string): string => links[path] ?? path;
    const paths = {
      read: (path: string) => context.paths.read(follow(path)),
      write: (path: string) => context.paths.write(follow(path)),
    };
    const policy = loadPolicies(one({ operands: ['write'] }));
    expect(checkCommand(policy, ['x', 'link/passwd'], { ...context, paths }).decision).toBe('deny');
    expect(checkCommand(policy, ['x', 'link/passwd'], context).decision).toBe('allow');
  });
});

describe('the second language: prefixes', () => {
  const base = { version: 1 as const };
  const rule = (id: string, pattern: CommandRule['pattern'], decision: Answer): CommandRule => ({
    id,
    pattern,
    decision,
    justification: `${id} says so`,
  });

  it('git status', () => {
    const files = [{ ...base, name: 'one', rules: [rule('a', ['git', 'status'], 'allow')] }];
    expect(checkWith(files, 'git status').decision).toBe('allow');
    expect(checkWith(files, 'git --config color.status=always status').decision).toBe('ask');
    expect(checkWith(files, 'git').decision).toBe('ask');
  });

  it('two files: the strictest of every match, all of them listed', () => {
    const files = [
      { ...base, name: 'one', rules: [rule('git', ['git'], 'ask')] },
      { ...base, name: 'two', rules: [rule('commit', ['git', 'commit'], 'deny')] },
    ];
    expect(checkWith(files, 'git status').decision).toBe('ask');
    const commit = checkWith(files, 'git commit -m x');
    expect(commit).toMatchObject({ decision: 'deny', rule: 'two/commit', reason: 'commit says so' });
    expect(commit.findings.map(({ rule: name }) => name)).toEqual(['one/git', 'two/commit']);
  });

  it('alternatives in the first and in later places', () => {
    const files = [
      {
        ...base,
        name: 'one',
        rules: [
          rule(
            'shells',
            [
              ['tool', 'tool2'],
              ['-c', '-l'],
            ],
            'allow',
          ),
          rule('npm', ['npm', ['i', 'install'], ['--legacy-peer-deps', '--no-save']], 'allow'),
        ],
      },
    ];
    for (const line of ['tool -c', 'tool2 -l x', 'npm i --no-save', 'npm install --legacy-peer-deps y'])
      expect(checkWith(files, line).decision).toBe('allow');
    for (const line of ['tool -x', 'tool3 -c', 'npm install', 'npm ci --no-save'])
      expect(checkWith(files, line).decision).toBe('ask');
  });

  it('every command of a script counts', () => {
    const files = [
      {
        ...base,
        name: 'one',
        rules: [rule('a', ['a'], 'allow'), rule('b', ['b'], 'ask'), rule('c', ['c'], 'deny')],
      },
    ];
    expect(checkWith(files, 'a && a; a | a').decision).toBe('allow');
    expect(checkWith(files, 'a && b').decision).toBe('ask');
    expect(checkWith(files, 'a; b; c; a').decision).toBe('deny');
    expect(checkWith(files, 'a && unknown').decision).toBe('ask');
  });

  it('an absolute path is the program of its name, where it is one of the system or listed', () => {
    const files = [{ ...base, name: 'one', rules: [rule('git', ['git', 'status'], 'allow')] }];
    const pinned = [{ ...files[0]!, executables: [{ name: 'git', paths: ['/opt/git/bin/git'] }] }];
    expect(checkWith(files, '/usr/bin/git status').decision).toBe('allow');
    expect(checkWith(pinned, '/opt/git/bin/git status').decision).toBe('allow');
    expect(checkWith(pinned, '/usr/bin/git status').decision).toBe('ask');
    expect(checkWith(pinned, 'git status').decision).toBe('ask');
  });
});

describe('the heuristics: what they called safe, and what was wrong with it', () => {
  const safe =
    'cat f;cd src;echo a;false;grep a f;head f;ls;nl f;pwd;tail f;true;wc f;which ls;find . -name a;rg a;git branch;git status;git log;git diff;git show;cut -c1 f;expr 1 + 1;id;paste a b;rev f;seq 3;stat f;tr a b;uname;uniq f;whoami;numfmt 1;tac f;base64 f';
  it.each(safe.split(';'))('%s is allowed', (line) => {
    expect(check(line).decision).toBe('allow');
    expect(check(['bash', '-lc', line]).decision).toBe('allow');
    expect(check(['bash', '-c', line]).decision).toBe('allow');
    expect(check(['zsh', '-lc', line]).decision).toBe('allow');
  });

  it.each([
    'find . -exec ls {} +',
    'find . -delete',
    'rg --pre x a',
    'rg -z a',
    'cargo check',
    'git -c core.pager=sh log',
    'git -ccore.pager=sh log',
    'git --config-env=core.pager=X log',
    'git log --output=x',
    'git diff --ext-diff',
    'git show --textconv',
    'git --exec-path=. log',
    'git --paginate log',
    'git checkout status',
    'git branch x',
    'base64 -o x f',
    'git reset --hard',
    'git rm f',
    'rm -f f',
    'rm -rf x',
  ])('%s is not', (line) => {
    expect(check(line).decision).toBe('ask');
  });

  it('bash -lc of an allowed line is vetted, and the sandbox stays as it is', () => {
    expect(check(['bash', '-lc', 'git status && git diff | head']).decision).toBe('allow');
    // Subshells, redirections, `&` and substitutions were not understood; they are.
    for (const line of ['(ls)', 'ls > f', 'ls &', 'echo $(ls)', 'LANG=C ls'])
      expect(check(['bash', '-lc', line]).decision).toBe('allow');
  });

  it.each<[string, Answer]>([
    ['npm && rm -rf /', 'deny'],
    ['cat ./artifacts/../../../../etc/shadow', 'deny'],
    ['sudo rm -rf x', 'deny'],
  ])('the anti-examples: %s', (line, answer) => {
    expect(check(line).decision).toBe(answer);
  });

  it.each<[string, Answer]>([
    ['echo hi', 'allow'],
    ['Write-Output hi', 'allow'],
    ['Get-Content a', 'allow'],
    ['git cat-file -p HEAD', 'allow'],
    ['rg foo', 'allow'],
    ['rg --pre x foo', 'ask'],
    ['git -c core.pager=x log', 'ask'],
    ['Get-Content a | Set-Content b', 'ask'],
    ['Get-ChildItem (Remove-Item x)', 'ask'],
    ['ls; rm x', 'ask'],
  ])('PowerShell: %s is %s', (line, answer) => {
    expect(check(['powershell', '-NoProfile', '-Command', line]).decision).toBe(answer);
  });

  it.each(['-EncodedCommand', '-File', '-ExecutionPolicy', '-WindowStyle', '-WorkingDirectory', '-Other'])(
    'PowerShell: %s is not understood',
    (option) => {
      expect(check(['powershell', option, 'Get-ChildItem']).decision).toBe('ask');
      expect(check(['powershell', '-Command', 'Get-ChildItem', 'x']).decision).toBe('ask');
    },
  );
});
