import { type ErrorCode, LaunchError } from '../errors.js';
import { type NativeFailure } from './binding.js';
import { describeErrno, errno } from './errno.js';
import { explainWin32 } from './win32_failure.js';

interface Explained {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What a failure is about, for the messages: the command and the working directory as the caller gave them. */
export interface LaunchContext {
  readonly command: string;
  readonly cwd: string;
}

function explainExec(failure: NativeFailure, command: string): Explained | undefined {
  const program = failure.path === '' ? command : failure.path;
  switch (failure.errno) {
    case errno.ENOENT:
      // The kernel also answers ENOENT for a script whose interpreter is missing.
      return {
        code: 'ERR_COMMAND_NOT_FOUND',
        message:
          `Command not found: ${command}. ` +
          (command.includes('/')
            ? 'Check the path, and that the interpreter of its first line exists.'
            : 'No directory of PATH in the environment of the run holds it; pass `env: { PATH }` or an absolute path.'),
      };
    case errno.EACCES:
    case errno.EPERM:
      return {
        code: 'ERR_COMMAND_NOT_EXECUTABLE',
        message:
          `Cannot execute ${program}: permission denied. Its mode must allow it, and the profile must be able to read it ` +
          '(`filesystem.allowRead`).',
      };
    case errno.ENOEXEC:
      return {
        code: 'ERR_COMMAND_NOT_EXECUTABLE',
        message: `Cannot execute ${program}: it is no program of this machine, and a script needs a #! line.`,
      };
    case errno.ENOTDIR:
      return {
        code: 'ERR_COMMAND_NOT_FOUND',
        message: `Command not found: ${command}. A part of its path is not a directory.`,
      };
    case errno.E2BIG:
      return {
        code: 'ERR_COMMAND_TOO_LONG',
        message:
          'The command line and the environment are longer than the kernel allows. Pass the data through `input` or a file.',
      };
    default:
      return undefined;
  }
}

function explainChdir(failure: NativeFailure, cwd: string): Explained | undefined {
  switch (failure.errno) {
    case errno.ENOENT:
    case errno.ENOTDIR:
      return {
        code: 'ERR_CWD_NOT_FOUND',
        message: `The working directory ${cwd} is not a directory that exists inside the sandbox. Create it, or pass another \`cwd\`.`,
      };
    case errno.EACCES:
    case errno.EPERM:
      return {
        code: 'ERR_CWD_NOT_READABLE',
        message: `The working directory ${cwd} may not be entered under this profile. Grant it with \`filesystem.allowRead\`.`,
      };
    default:
      return undefined;
  }
}

function explainPosix(failure: NativeFailure, context: LaunchContext): Explained | undefined {
  // The arguments pass through our own init first, which may already be refused for their size.
  const tooLong = failure.errno === errno.E2BIG && failure.syscall.startsWith('execve');
  if (failure.stage === 'resolve' || failure.stage === 'exec' || tooLong)
    return explainExec(failure, context.command);
  return failure.stage === 'chdir' ? explainChdir(failure, context.cwd) : undefined;
}

function explain(failure: NativeFailure, context: LaunchContext, platform: NodeJS.Platform): Explained {
  const known = platform === 'win32' ? explainWin32(failure, context) : explainPosix(failure, context);
  if (known !== undefined) return known;
  const on = failure.path === '' ? '' : ` on ${failure.path}`;
  return {
    code: 'ERR_LAUNCH_FAILED',
    message:
      `Cannot start ${context.command}: ${failure.syscall} failed at stage "${failure.stage}"${on} (${describeErrno(failure.errno, platform)}). ` +
      'Nothing of the command ran. `moated doctor` shows what this machine supports.',
  };
}

/** The one place that turns a failure of the addon into an error. */
export function toLaunchError(
  failure: NativeFailure,
  context: LaunchContext,
  platform: NodeJS.Platform = process.platform,
): LaunchError {
  const { code, message } = explain(failure, context, platform);
  return new LaunchError(code, message, failure, {
    subject: failure.path === '' ? context.command : failure.path,
  });
}
