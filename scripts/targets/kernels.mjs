/**
 * The kernels on which the Linux back end is run, in virtual machines: packages of Debian, the newest where a name of one moves. `abi` is
 * the newest Landlock that the kernel has; `append` goes to its command line. `confines` says whether the profiles that confine run on
 * it by default, with user namespaces and without (where they do not, they are refused): a machine that answers otherwise fails, and
 * docs/platforms.md says the same.
 */
export const kernels = [
  {
    name: '5.10',
    prefix: 'linux-image-5.10.0-',
    suite: 'bullseye',
    abi: 0,
    confines: { namespaces: false, light: false },
  },
  {
    name: '6.1',
    prefix: 'linux-image-6.1.0-',
    suite: 'bookworm',
    abi: 2,
    confines: { namespaces: true, light: false },
  },
  {
    name: '6.1 without landlock',
    prefix: 'linux-image-6.1.0-',
    suite: 'bookworm',
    abi: 0,
    append: 'lsm=yama,apparmor',
    confines: { namespaces: true, light: false },
  },
  {
    name: '6.12',
    prefix: 'linux-image-6.12.',
    suite: 'trixie',
    abi: 6,
    confines: { namespaces: true, light: true },
  },
  {
    name: '6.18',
    prefix: 'linux-image-6.18.',
    suite: 'trixie-backports',
    abi: 7,
    confines: { namespaces: true, light: true },
  },
  {
    name: '7.1',
    prefix: 'linux-binary-7.1.',
    suite: 'trixie-backports',
    abi: 9,
    confines: { namespaces: true, light: true },
  },
  {
    name: '7.3',
    prefix: 'linux-binary-7.3.',
    suite: 'trixie-backports',
    abi: 11,
    confines: { namespaces: true, light: true },
  },
];

/** The kernel of the other machine, by emulation of the whole machine. */
export const armKernel = {
  name: '6.12',
  prefix: 'linux-image-6.12.',
  suite: 'trixie',
  abi: 6,
  confines: { namespaces: true, light: true },
};
