// The public entry `moated/audit`: what writes logs of one's own, reads, checks and converts them. A sandbox writes its log by itself.
export {
  auditDecisions,
  auditOperations,
  type AuditDecision,
  type AuditEvent,
  type AuditOperation,
  type AuditRecord,
  type AuditSink,
  type AuditValue,
  type RedactedEvent,
} from './audit/event.js';
export { toOcsf } from './audit/export/ocsf.js';
export { toOtel, toOtlp, type OtelLogRecord, type OtelValue } from './audit/export/otel.js';
export { type AuditFilter } from './audit/filter.js';
export { type Finding, type Verification } from './audit/finding.js';
export { openAuditLog, type AuditLog, type AuditLogOptions } from './audit/log.js';
export { readAuditLog, type ReadOptions } from './audit/read.js';
export { showControls as showAuditText } from './audit/redact/controls.js';
export { renderAuditReport, type ReportOptions } from './audit/report/page.js';
export { type Head } from './audit/signature.js';
export { verifyAuditLog, type VerifyOptions } from './audit/verify.js';
