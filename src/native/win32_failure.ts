import { type ErrorCode } from '../errors.js';
import { type NativeFailure } from './binding.js';
import { describeWin32, win32 } from './win32_errors.js';

interface Explained {
  readonly code: ErrorCode;
  readonly message: string;
}

function notExecutable(program: string, why: string): Explained {
  return { code: 'ERR_COMMAND_NOT_EXECUTABLE', message: `Cannot execute ${program}: ${why}` };
}

function explainProgram(failure: NativeFailure, command: string): Explained | undefined {
  const program = failure.path === '' ? command : failure.path;
  switch (failure.errno) {
    case win32.fileNotFound:
    case win32.pathNotFound:
      return {
        code: 'ERR_COMMAND_NOT_FOUND',
        message:
          `Command not found: ${command}. ` +
          (/[\\/]/u.test(command)
            ? 'Check the path. Only .exe and .com files are programs.'
            : 'No directory of PATH in the environment of the run holds it as .exe or .com; pass `env: { PATH }` or an absolute path.'),
      };
    case win32.badExeFormat:
      return notExecutable(
        program,
        /\.(?:bat|cmd)[. ]*$/iu.test(program)
          ? 'it is a batch file, and cmd.exe would read its arguments by other rules than they can be quoted by. Name the program that it starts, or pass the whole command as one shell line.'
          : 'it is no program of this machine. Name the program that opens it.',
      );
    case win32.wrongMachine:
      return notExecutable(program, 'it is a program for another processor.');
    case win32.accessDenied:
      return notExecutable(
        program,
        'access is denied. Its access list must allow it, and the profile must be able to read it (`filesystem.allowRead`).',
      );
    case win32.elevationRequired:
      return notExecutable(program, 'it demands administrative rights, which no run is given.');
    case win32.blockedByPolicy:
    case win32.blockedByIntegrity:
      return notExecutable(program, `${describeWin32(failure.errno)}.`);
    case win32.nameTooLong:
      return {
        code: 'ERR_COMMAND_TOO_LONG',
        message:
          'The command line or the environment is longer than Windows allows. Pass the data through `input` or a file.',
      };
    default:
      return undefined;
  }
}

/** What a failure of the addon on Windows means to the caller; undefined when only its code says something. */
export function explainWin32(
  failure: NativeFailure,
  context: { readonly command: string; readonly cwd: string },
): Explained | undefined {
  // CreateProcess speaks of the working directory by the same call, and by a code of its own.
  if (failure.stage === 'exec' && failure.errno === win32.directory) {
    return {
      code: 'ERR_CWD_NOT_FOUND',
      message: `The working directory ${context.cwd} is not a directory that exists. Create it, or pass another \`cwd\`.`,
    };
  }
  if (failure.stage === 'resolve' || failure.stage === 'exec')
    return explainProgram(failure, context.command);
  return undefined;
}
