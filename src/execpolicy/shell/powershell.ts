import { plainWords } from './plain_words.js';

// Pipes, separators, redirections, calls, variables, blocks, types, escapes, splatting, comments, stop-parsing.
const special = /[|;<>&$(){}[\]@`#,\r\n\u2018-\u201e]|--%/;

/** What the short names that PowerShell brings stand for. */
const aliases: Readonly<Record<string, string>> = {
  ...{
    ls: 'get-childitem',
    dir: 'get-childitem',
    gci: 'get-childitem',
    cat: 'get-content',
    type: 'get-content',
  },
  ...{
    gc: 'get-content',
    echo: 'write-output',
    write: 'write-output',
    pwd: 'get-location',
    gl: 'get-location',
  },
  ...{
    sls: 'select-string',
    measure: 'measure-object',
    select: 'select-object',
    gi: 'get-item',
    rvpa: 'resolve-path',
  },
  ...{ rm: 'remove-item', del: 'remove-item', erase: 'remove-item', rd: 'remove-item', ri: 'remove-item' },
  ...{ rmdir: 'remove-item', curl: 'invoke-webrequest', wget: 'invoke-webrequest', iwr: 'invoke-webrequest' },
  ...{ irm: 'invoke-restmethod', iex: 'invoke-expression', saps: 'start-process', start: 'start-process' },
  ...{
    cp: 'copy-item',
    copy: 'copy-item',
    cpi: 'copy-item',
    mv: 'move-item',
    move: 'move-item',
    mi: 'move-item',
  },
  ...{
    sc: 'set-content',
    ac: 'add-content',
    ni: 'new-item',
    md: 'new-item',
    mkdir: 'new-item',
    cd: 'set-location',
  },
  ...{ sort: 'sort-object', ps: 'get-process', kill: 'stop-process', set: 'set-variable', h: 'get-history' },
};

/**
 * The words of a PowerShell line that is one plain command, the name of the command in small letters and in full; undefined for
 * everything else.
 */
export function plainPowerShellLine(line: string): readonly string[] | undefined {
  if (special.test(line)) return undefined;
  const words = plainWords(line, /['"]/);
  const [name, ...rest] = words ?? [];
  // A quoted first word is an expression, and what begins with a dot is run in this scope.
  if (name === undefined || !/^[A-Za-z][\w-]*(?:\.exe)?$/.test(name) || /^\s*['"]/.test(line))
    return undefined;
  const small = name.toLowerCase().replace(/\.exe$/, '');
  return [Object.hasOwn(aliases, small) ? (aliases[small] ?? small) : small, ...rest];
}
