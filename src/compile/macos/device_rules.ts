import { each, rule } from './sbpl.js';

const terminals = '(regex #"^/dev/ttys[0-9]+$")';

/**
 * Devices, after the rules about files. Reading everything does not mean the terminals of others, where passwords are typed, nor raw
 * disks. Allowed is what stores nothing, and the terminals that a run makes itself, which carry an extension. Of a terminal that it
 * inherits, a run may ask the size and set the mode, but it cannot open it by name; typing into it (TIOCSTI) needs a controlling
 * terminal, and the session of a run has none.
 *
 * `file-read-data` stands beside `file-read*` because it is not documented whether an operation by its own name counts for more than
 * one by its family: this way both readings agree.
 */
export const deviceRules: readonly string[] = [
  rule('deny', 'file-read-data', ['(subpath "/dev")']),
  // `ttyname` looks for a terminal's name in the directory.
  rule(
    'allow',
    'file-read* file-read-data',
    each('literal', ['/dev', '/dev/random', '/dev/urandom', '/dev/dtracehelper']),
  ),
  rule('allow', 'file-read* file-read-data file-write-data', [
    ...each('literal', ['/dev/null', '/dev/zero', '/dev/tty', '/dev/stdin', '/dev/stdout', '/dev/stderr']),
    ...each('subpath', ['/dev/fd']),
  ]),
  rule('allow', 'file-ioctl', [
    ...each('literal', [
      '/dev/null',
      '/dev/zero',
      '/dev/random',
      '/dev/urandom',
      '/dev/tty',
      '/dev/dtracehelper',
    ]),
    terminals,
  ]),
  rule('allow', 'pseudo-tty', 'everything'),
  rule('allow', 'file-read* file-read-data file-write* file-ioctl', each('literal', ['/dev/ptmx'])),
  rule('allow', 'file-read* file-read-data file-write*', [
    `(require-all ${terminals} (extension "com.apple.sandbox.pty"))`,
  ]),
];
