/** Every code that a `SandboxError` can carry. A code is permanent, a message is not. `docs/errors.md` explains each. */
export type ErrorCode =
  | 'ERR_UNKNOWN_PROFILE'
  | 'ERR_INVALID_PROFILE'
  | 'ERR_INVALID_OPTION'
  | 'ERR_INVALID_PATH'
  | 'ERR_INVALID_COMMAND'
  | 'ERR_INVALID_ENV'
  | 'ERR_WORKSPACE_NOT_FOUND'
  | 'ERR_WORKSPACE_TOO_WIDE'
  | 'ERR_CWD_NOT_FOUND'
  | 'ERR_CWD_NOT_READABLE'
  | 'ERR_UNSUPPORTED_FEATURE'
  | 'ERR_UNSUPPORTED_PLATFORM'
  | 'ERR_ADDON_NOT_LOADED'
  | 'ERR_COMMAND_NOT_FOUND'
  | 'ERR_COMMAND_NOT_EXECUTABLE'
  | 'ERR_COMMAND_TOO_LONG'
  | 'ERR_LAUNCH_FAILED'
  | 'ERR_RUN_FAILED'
  | 'ERR_POLICY_INVALID'
  | 'ERR_COMMAND_DENIED'
  | 'ERR_APPROVAL_REQUIRED'
  | 'ERR_SANDBOX_CLOSED'
  | 'ERR_AUDIT_FILE'
  | 'ERR_AUDIT_OPTION'
  | 'ERR_AUDIT_WRITE'
  | 'ERR_INTERNAL';

const brand = Symbol.for('moated.SandboxError');

/** What is known about an error besides its message. */
export interface ErrorDetails {
  /** The option, path or value at fault. */
  readonly subject?: string;
  readonly cause?: unknown;
}

/** Base of every error that moated throws. */
export class SandboxError extends Error {
  readonly code: ErrorCode;
  readonly subject: string | undefined;
  readonly [brand] = true;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.subject = details.subject;
  }
}

/** True for every `SandboxError`, also one of another copy of this package. */
export function isSandboxError(value: unknown): value is SandboxError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** A profile, an option or a command that cannot be accepted. */
export class ProfileError extends SandboxError {}

/** A policy of execpolicy that cannot be accepted. `subject` is the place in the file. */
export class PolicyError extends SandboxError {}

/** Why vetting refused a command. */
export interface Refusal {
  readonly decision: 'ask' | 'deny';
  readonly reason: string;
  /** What to do instead. */
  readonly suggestion?: string;
  /** `policy/rule`; absent when no rule decided. */
  readonly rule?: string;
}

/** A command that vetting refused: nothing of it ran. */
export class DeniedError extends SandboxError implements Refusal {
  readonly decision: 'ask' | 'deny';
  readonly reason: string;
  declare readonly suggestion?: string;
  declare readonly rule?: string;

  constructor(code: ErrorCode, message: string, refusal: Refusal, details: ErrorDetails = {}) {
    super(code, message, details);
    this.decision = refusal.decision;
    this.reason = refusal.reason;
    if (refusal.suggestion !== undefined) this.suggestion = refusal.suggestion;
    if (refusal.rule !== undefined) this.rule = refusal.rule;
  }
}

/** This machine, or this version, cannot give what was asked for. */
export class UnsupportedError extends SandboxError {}

/** An audit log that cannot be opened, written or read as asked. */
export class AuditError extends SandboxError {}

/** A bug of moated. */
export class InternalError extends SandboxError {}

/** Where a launch failed. */
export interface LaunchFailure {
  readonly stage: string;
  readonly syscall: string;
  readonly errno: number;
  readonly path: string;
}

/** The command could not be started: nothing of it ran. */
export class LaunchError extends SandboxError implements LaunchFailure {
  readonly stage: string;
  readonly syscall: string;
  readonly errno: number;
  readonly path: string;

  constructor(code: ErrorCode, message: string, failure: LaunchFailure, details: ErrorDetails = {}) {
    super(code, message, details);
    this.stage = failure.stage;
    this.syscall = failure.syscall;
    this.errno = failure.errno;
    this.path = failure.path;
  }
}
