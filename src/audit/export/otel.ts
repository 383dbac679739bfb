import { type RedactedEvent } from '../event.js';

/** A log record as the logs API of OpenTelemetry takes it. */
export interface OtelLogRecord {
  readonly timestamp: Date;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, OtelValue>>;
}

export type OtelValue = string | number | boolean | string[];

/** INFO, INFO2, WARN of the OpenTelemetry data model. */
const severities = {
  allowed: { severityNumber: 9, severityText: 'INFO' },
  requires_approval: { severityNumber: 10, severityText: 'INFO2' },
  denied: { severityNumber: 13, severityText: 'WARN' },
} as const;

function flatten(value: unknown, name: string, into: Record<string, OtelValue>): void {
  if (value === undefined || value === null) return;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    into[name] = value;
  else if (Array.isArray(value))
    into[name] = value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)));
  else for (const [key, item] of Object.entries(value)) flatten(item, `${name}.${key}`, into);
}

/** The attribute that a field becomes; those that OpenTelemetry has a name for have that one. */
const names = {
  operation: 'moated.operation',
  target: 'moated.target',
  decision: 'moated.decision',
  reason: 'moated.reason',
  phase: 'moated.phase',
  sessionId: 'session.id',
  runId: 'moated.run.id',
  profile: 'moated.profile',
  policyHash: 'moated.policy.hash',
  argv: 'process.command_args',
  details: 'moated.details',
  redacted: 'moated.redacted',
  writer: 'moated.audit.writer',
  seq: 'moated.audit.seq',
  hash: 'moated.audit.hash',
} as const;

/** An event as an OpenTelemetry log record. */
export function toOtel(event: RedactedEvent): OtelLogRecord {
  const attributes: Record<string, OtelValue> = {};
  for (const [field, name] of Object.entries(names))
    flatten((event as unknown as Record<string, unknown>)[field], name, attributes);
  const severity = Object.hasOwn(severities, event.decision) ? severities[event.decision] : severities.denied;
  return {
    timestamp: new Date(event.timestamp),
    ...severity,
    eventName: `moated.${event.operation}`,
    body: `${event.decision}: ${event.operation} ${event.target}`,
    attributes,
  };
}

function anyValue(value: OtelValue): Readonly<Record<string, unknown>> {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map(anyValue) } };
}

/** The same as one line of OTLP/JSON, as collectors read it from a file. */
export function toOtlp(event: RedactedEvent): Readonly<Record<string, unknown>> {
  const { timestamp, attributes, body, ...rest } = toOtel(event);
  return {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'moated' } }] },
        scopeLogs: [
          {
            scope: { name: 'moated.audit' },
            logRecords: [
              {
                timeUnixNano: `${timestamp.getTime()}000000`,
                ...rest,
                body: { stringValue: body },
                attributes: Object.entries(attributes).map(([key, value]) => ({
                  key,
                  value: anyValue(value),
                })),
              },
            ],
          },
        ],
      },
    ],
  };
}
