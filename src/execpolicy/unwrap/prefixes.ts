import { compileOptions, type CompiledOptions, scanOptions } from '../match/options.js';
import type { OptionTable } from '../rule.js';
import { render, type Word } from '../word.js';
import type { Through, Unwrap, Vetter } from '../vet/vetter.js';

interface Prefix {
  readonly options: OptionTable;
  /** Operands before the command. */
  readonly before?: number;
  /** `NAME=VALUE` may stand before the command. */
  readonly assignments?: boolean;
  /** What the program itself does has to be decided by rules, besides the command that it starts. */
  readonly decided?: boolean;
}

const sudo: Prefix = {
  options: {
    ...{
      '-A': 'flag',
      '-b': 'flag',
      '-E': 'flag',
      '-H': 'flag',
      '-n': 'flag',
      '-P': 'flag',
      '-S': 'flag',
      '-k': 'flag',
    },
    ...{
      '-u': 'text',
      '-g': 'text',
      '-h': 'text',
      '-p': 'text',
      '-C': 'text',
      '-T': 'text',
      '-D': 'cwd',
      '-i': 'flag',
    },
    ...{ '-s': 'flag', '--user': 'text', '--group': 'text', '--chdir': 'cwd', '--preserve-env': 'optional' },
    ...{ '--non-interactive': 'flag', '--login': 'flag', '--shell': 'flag', '--set-home': 'flag' },
  },
  assignments: true,
  decided: true,
};

/** Programs whose last words are a command that they start. */
const prefixes: Readonly<Record<string, Prefix>> = {
  env: {
    options: {
      ...{ '-i': 'flag', '--ignore-environment': 'flag', '-u': 'text', '--unset': 'text', '-v': 'flag' },
      ...{ '-C': 'cwd', '--chdir': 'cwd', '-0': 'flag', '--null': 'flag', '--debug': 'flag' },
    },
    assignments: true,
  },
  nice: { options: { '-n': 'text', '--adjustment': 'text' } },
  nohup: { options: {} },
  setsid: { options: { '-c': 'flag', '-f': 'flag', '-w': 'flag', '--fork': 'flag', '--wait': 'flag' } },
  timeout: {
    options: {
      ...{ '-s': 'text', '--signal': 'text', '-k': 'text', '--kill-after': 'text', '--foreground': 'flag' },
      ...{ '-v': 'flag', '--verbose': 'flag', '--preserve-status': 'flag', '-p': 'flag' },
    },
    before: 1,
  },
  time: {
    options: {
      ...{
        '-p': 'flag',
        '--portability': 'flag',
        '-v': 'flag',
        '--verbose': 'flag',
        '-a': 'flag',
        '-q': 'flag',
      },
      ...{ '-f': 'text', '--format': 'text', '-o': 'write', '--output': 'write' },
    },
  },
  stdbuf: {
    options: {
      '-i': 'text',
      '-o': 'text',
      '-e': 'text',
      '--input': 'text',
      '--output': 'text',
      '--error': 'text',
    },
  },
  ionice: { options: { '-c': 'text', '-n': 'text', '-t': 'flag', '--class': 'text', '--classdata': 'text' } },
  taskset: { options: { '-c': 'flag', '--cpu-list': 'flag' }, before: 1 },
  chrt: { options: { '-b': 'flag', '-f': 'flag', '-i': 'flag', '-o': 'flag', '-r': 'flag' }, before: 1 },
  setarch: { options: { '-R': 'flag' }, before: 1 },
  flock: {
    options: { '-n': 'flag', '-s': 'flag', '-x': 'flag', '-w': 'text', '-E': 'text' },
    before: 1,
    decided: true,
  },
  strace: {
    options: { '-f': 'flag', '-c': 'flag', '-e': 'text', '-o': 'write', '-s': 'text', '-t': 'flag' },
  },
  ltrace: { options: { '-f': 'flag', '-c': 'flag', '-e': 'text', '-o': 'write' } },
  busybox: { options: {} },
  toybox: { options: {} },
  chroot: {
    options: { '--userspec': 'text', '--groups': 'text', '--skip-chdir': 'flag' },
    before: 1,
    decided: true,
  },
  unshare: {
    options: { '-r': 'flag', '-n': 'flag', '-m': 'flag', '-p': 'flag', '-f': 'flag', '-U': 'flag' },
    decided: true,
  },
  sudo,
  doas: { options: { '-n': 'flag', '-s': 'flag', '-u': 'text', '-C': 'text', '-L': 'flag' }, decided: true },
  pkexec: { options: { '--user': 'text', '--disable-internal-agent': 'flag' }, decided: true },
  run0: { options: { '-u': 'text', '--user': 'text' }, decided: true },
};

const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;

/** `NAME=VALUE` words before a command; how many there were. */
export function takeAssignments(vetter: Vetter, words: readonly Word[]): number {
  let count = 0;
  for (const word of words) {
    const found = assignment.exec(typeof word === 'string' ? word : word.prefix);
    if (found === null) break;
    const value = found[2] ?? '';
    vetter.variable(found[1] ?? '', typeof word === 'string' ? value : { ...word, prefix: value });
    count += 1;
  }
  return count;
}

function through(
  vetter: Vetter,
  prefix: Prefix,
  options: CompiledOptions,
  words: readonly Word[],
): Through | undefined {
  // nice takes `-10` for `-n 10`.
  const own = words
    .slice(1)
    .filter((word, at) => at > 0 || words[0] !== 'nice' || typeof word !== 'string' || !/^-\d+$/.test(word));
  const scanned = scanOptions(own, options, true);
  if (scanned === undefined) {
    vetter.ask(render(words), 'its options are not understood, so what it starts is not known');
    return prefix.decided === true ? 'checked' : 'seen';
  }
  let rest = scanned.operands;
  if (prefix.assignments === true) rest = rest.slice(takeAssignments(vetter, rest));
  const before = rest.slice(0, prefix.before ?? 0);
  rest = rest.slice(before.length);
  if (rest.length === 0) return undefined;
  if (before.some((word) => typeof word !== 'string' && word.count !== 'one')) {
    vetter.ask(render(words), 'where the command begins is known only when it runs');
  }
  let directory: Word | undefined;
  for (const { detail, value } of scanned.uses) {
    if (value === undefined) continue;
    if (detail.value === 'write') vetter.path('write', value);
    if (detail.value === 'cwd') directory = value;
  }
  if (directory === undefined) vetter.argv(rest);
  else
    vetter.within(directory, () => {
      vetter.argv(rest);
    });
  return prefix.decided === true ? 'checked' : 'seen';
}

/** Looks through the programs that start the command that follows them. */
export const prefixUnwraps: ReadonlyMap<string, Unwrap> = new Map(
  Object.entries(prefixes).map(([name, prefix]): [string, Unwrap] => {
    const options = compileOptions(prefix.options);
    return [name, (vetter, words) => through(vetter, prefix, options, words)];
  }),
);
