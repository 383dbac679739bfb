/** Codes of GetLastError that a launch meets, by their names and meanings in winerror.h. */
const meanings: Readonly<Record<number, readonly [name: string, meaning: string]>> = {
  1: ['ERROR_INVALID_FUNCTION', 'the call is not implemented here'],
  2: ['ERROR_FILE_NOT_FOUND', 'there is no such file'],
  3: ['ERROR_PATH_NOT_FOUND', 'there is no such directory on the path'],
  4: ['ERROR_TOO_MANY_OPEN_FILES', 'the process has too many open files'],
  5: ['ERROR_ACCESS_DENIED', 'access is denied'],
  6: ['ERROR_INVALID_HANDLE', 'the handle is not valid'],
  8: ['ERROR_NOT_ENOUGH_MEMORY', 'there is not enough memory'],
  13: ['ERROR_INVALID_DATA', 'the data is not valid'],
  14: ['ERROR_OUTOFMEMORY', 'there is not enough memory'],
  31: ['ERROR_GEN_FAILURE', 'the system gives no reason'],
  32: ['ERROR_SHARING_VIOLATION', 'another process uses the file'],
  50: ['ERROR_NOT_SUPPORTED', 'this system does not support it'],
  80: ['ERROR_FILE_EXISTS', 'the file exists'],
  87: ['ERROR_INVALID_PARAMETER', 'a parameter is wrong'],
  109: ['ERROR_BROKEN_PIPE', 'the other end of the pipe is closed'],
  111: ['ERROR_BUFFER_OVERFLOW', 'a name is too long, or a tree too deep'],
  112: ['ERROR_DISK_FULL', 'the disk is full'],
  123: ['ERROR_INVALID_NAME', 'the name of a file or directory is not valid'],
  127: ['ERROR_PROC_NOT_FOUND', 'the system lacks the function'],
  160: ['ERROR_BAD_ARGUMENTS', 'the arguments are not as the addon expects them'],
  161: ['ERROR_BAD_PATHNAME', 'the path is not valid'],
  183: ['ERROR_ALREADY_EXISTS', 'it exists already'],
  193: ['ERROR_BAD_EXE_FORMAT', 'the file is no program of this machine'],
  203: ['ERROR_ENVVAR_NOT_FOUND', 'the environment variable is not set'],
  206: ['ERROR_FILENAME_EXCED_RANGE', 'the path, the command line or the environment is too long'],
  216: ['ERROR_EXE_MACHINE_TYPE_MISMATCH', 'the program is for another processor'],
  225: ['ERROR_VIRUS_INFECTED', 'a virus scanner refuses the file'],
  231: ['ERROR_PIPE_BUSY', 'every instance of the pipe is in use'],
  267: ['ERROR_DIRECTORY', 'the name is not that of a directory'],
  336: ['ERROR_DIRECTORY_NOT_SUPPORTED', 'it is a directory'],
  740: ['ERROR_ELEVATION_REQUIRED', 'the program demands administrative rights'],
  1006: ['ERROR_FILE_INVALID', 'what is there is not what was there when the policy was resolved'],
  1223: ['ERROR_CANCELLED', 'it was canceled'],
  1260: ['ERROR_ACCESS_DISABLED_BY_POLICY', 'a policy of this machine refuses the program'],
  1314: ['ERROR_PRIVILEGE_NOT_HELD', 'a privilege is missing'],
  1350: ['ERROR_NO_SECURITY_ON_OBJECT', 'the file system has no access lists'],
  1392: ['ERROR_FILE_CORRUPT', 'the file or directory is damaged'],
  1450: ['ERROR_NO_SYSTEM_RESOURCES', 'the system has not enough resources'],
  1455: ['ERROR_COMMITMENT_LIMIT', 'the page file is too small'],
  1816: ['ERROR_NOT_ENOUGH_QUOTA', 'a quota is used up'],
  4551: ['ERROR_SYSTEM_INTEGRITY_POLICY_VIOLATION', 'application control refuses the program'],
};

/** `ERROR_ACCESS_DENIED (5): access is denied`. */
export function describeWin32(code: number): string {
  const known = meanings[code];
  if (known === undefined) return `Windows error ${code < 0 ? `0x${(code >>> 0).toString(16)}` : code}`;
  return `${known[0]} (${code}): ${known[1]}`;
}

/** The codes that decide what an error says. */
export const win32 = {
  fileNotFound: 2,
  pathNotFound: 3,
  accessDenied: 5,
  badExeFormat: 193,
  nameTooLong: 206,
  wrongMachine: 216,
  directory: 267,
  elevationRequired: 740,
  fileInvalid: 1006,
  blockedByPolicy: 1260,
  blockedByIntegrity: 4551,
} as const;
