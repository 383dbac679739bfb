import { type AuditSink, type OtelLogRecord, toOtel } from '../audit_log.js';

/** A logger of OpenTelemetry's logs API, as far as it is used. */
export interface OtelLogger {
  emit(record: OtelLogRecord): void;
}

/** A logger provider of OpenTelemetry's logs API, as far as it is used. */
export interface OtelLoggerProvider {
  getLogger(name: string, version?: string): OtelLogger;
  forceFlush?(): Promise<void>;
}

function isProvider(value: OtelLogger | OtelLoggerProvider): value is OtelLoggerProvider {
  return 'getLogger' in value;
}

/** A sink that emits audit events as log records. Takes a logger, or the provider to make one. The caller shuts the provider down. */
export function otelSink(target: OtelLogger | OtelLoggerProvider): AuditSink {
  const logger = isProvider(target) ? target.getLogger('moated.audit') : target;
  return {
    write: (event) => {
      logger.emit(toOtel(event));
    },
    flush: async () => {
      if (isProvider(target)) await target.forceFlush?.();
    },
  };
}
