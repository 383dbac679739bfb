export type {
  AuditDecision,
  AuditEvent,
  AuditOperation,
  AuditSink,
  AuditValue,
  RedactedEvent,
} from './audit/event.js';
export { type SandboxAudit } from './audit/runs.js';
export type { AuditLog, AuditLogOptions } from './audit/log.js';
export { sandbox } from './default_sandbox.js';
export {
  AuditError,
  DeniedError,
  isSandboxError,
  InternalError,
  LaunchError,
  PolicyError,
  ProfileError,
  SandboxError,
  UnsupportedError,
  type ErrorCode,
  type ErrorDetails,
  type LaunchFailure,
  type Refusal,
} from './errors.js';
export type { Decision, Finding } from './execpolicy/decision.js';
export type { Answer, PolicyFile } from './execpolicy/rule.js';
export { defineProfile, type ProfileInput } from './profile/define.js';
export { parseBytes, parseDuration } from './profile/limits.js';
export { SecurityProfile } from './profile/names.js';
export { narrow } from './profile/narrow.js';
export { RunError } from './run/run_error.js';
export { Subprocess } from './run/subprocess.js';
export { createSandbox, type CreateOptions, type Sandbox } from './sandbox.js';
export {
  defaultPolicy,
  parsePolicy,
  type AskRequest,
  type CheckOptions,
  type PolicyOption,
  type VettingOptions,
} from './vetting/options.js';
export type {
  Action,
  ActionVerdict,
  Command,
  Compat,
  Enforcement,
  EnforcementStatus,
  Explanation,
  FilesystemRules,
  Guarantee,
  GuaranteeReport,
  Isolation,
  Limits,
  MachineReport,
  NetworkAccess,
  PathKind,
  PolicyPath,
  LinuxProbe,
  MacosProbe,
  WindowsProbe,
  Probe,
  ProfileDefinition,
  ProfileName,
  ProfileReport,
  Result,
  RunOptions,
  SandboxOptions,
  SandboxPolicy,
  StdioOption,
  Tier,
  Usage,
  Verification,
  Verdict,
  Violation,
  ViolationSource,
  WrappedCommand,
} from './types.js';
