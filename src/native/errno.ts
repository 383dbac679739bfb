import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

export const errno = constants.errno;

/** `ENOENT: no such file or directory`, in the system's own words. */
export function describeErrno(number: number): string {
  // libuv's table is keyed by negative numbers on POSIX systems.
  const entry = getSystemErrorMap().get(-number);
  return entry === undefined ? `error ${number}` : `${entry[0]}: ${entry[1]}`;
}
