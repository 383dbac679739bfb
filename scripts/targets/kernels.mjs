/**
 * The kernels on which the Linux back end is run: packages of Debian, newest first where a name of one moves.
 * `abi` is the newest Landlock that the kernel has; `append` goes to its command line.
 */
export const kernels = [
  { name: '5.10', prefix: 'linux-image-5.10.0-', suite: 'bullseye', abi: 0 },
  { name: '6.1', prefix: 'linux-image-6.1.0-', suite: 'bookworm', abi: 2 },
  {
    name: '6.1 without landlock',
    prefix: 'linux-image-6.1.0-',
    suite: 'bookworm',
    abi: 0,
    append: 'lsm=yama,apparmor',
  },
  { name: '6.12', prefix: 'linux-image-6.12.', suite: 'trixie', abi: 6 },
  { name: '6.18', prefix: 'linux-image-6.18.', suite: 'trixie-backports', abi: 7 },
  { name: '7.1', prefix: 'linux-binary-7.1.', suite: 'trixie-backports', abi: 9 },
  { name: '7.3', prefix: 'linux-binary-7.3.', suite: 'trixie-backports', abi: 11 },
];

/** The kernel of the other machine, by emulation of the whole machine. */
export const armKernel = { name: '6.12 arm64', prefix: 'linux-image-6.12.', suite: 'trixie', abi: 6 };
