/**
 * Device nodes that every program may use; none of them stores anything or reaches another process. A plan for a real machine names
 * those that exist there.
 */
export const commonDevices: readonly string[] = [
  '/dev/null',
  '/dev/zero',
  '/dev/full',
  '/dev/random',
  '/dev/urandom',
  '/dev/tty',
];
