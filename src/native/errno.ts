import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

import { describeWin32 } from './win32_errors.js';

export const errno = constants.errno;

/** `ENOENT: no such file or directory`, in the system's own words. The addon of Windows hands over codes of GetLastError. */
export function describeErrno(number: number, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return describeWin32(number);
  // libuv's table is keyed by negative numbers on POSIX systems.
  const entry = getSystemErrorMap().get(-number);
  return entry === undefined ? `error ${number}` : `${entry[0]}: ${entry[1]}`;
}
