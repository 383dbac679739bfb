import { type AuditOperation, type RedactedEvent } from '../event.js';

/** Which class of the Open Cybersecurity Schema Framework an operation belongs to. */
interface Class {
  readonly uid: number;
  readonly name: string;
  readonly activity: number;
  readonly activityName: string;
}

const file = { uid: 1001, name: 'File System Activity' };
const application = { uid: 6002, name: 'Application Lifecycle' };

const classes: Readonly<Record<AuditOperation, Class>> = {
  file_read: { ...file, activity: 2, activityName: 'Read' },
  file_write: { ...file, activity: 3, activityName: 'Update' },
  file_delete: { ...file, activity: 4, activityName: 'Delete' },
  command_exec: { uid: 1007, name: 'Process Activity', activity: 1, activityName: 'Launch' },
  process_spawn: { uid: 1007, name: 'Process Activity', activity: 1, activityName: 'Launch' },
  network_access: { uid: 4001, name: 'Network Activity', activity: 1, activityName: 'Open' },
  authentication: { uid: 3002, name: 'Authentication', activity: 1, activityName: 'Logon' },
  policy_change: { ...application, activity: 8, activityName: 'Update' },
  audit_log: { ...application, activity: 99, activityName: 'Audit log' },
};

const actions = {
  allowed: { action_id: 1, action: 'Allowed', disposition_id: 1, disposition: 'Allowed', severity_id: 1 },
  denied: { action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked', severity_id: 3 },
  requires_approval: {
    action_id: 99,
    action: 'Requires approval',
    disposition_id: 99,
    disposition: 'Requires approval',
    severity_id: 2,
  },
} as const;

function classOf({ operation, phase }: RedactedEvent): Class {
  const found = Object.hasOwn(classes, operation) ? classes[operation] : classes.audit_log;
  const isEnd = found.uid === 1007 && phase === 'end';
  return isEnd ? { ...found, activity: 2, activityName: 'Terminate' } : found;
}

function lastPart(path: string): string {
  const last = path.replace(/[\\/]+$/, '').replace(/^.*[\\/]/s, '');
  return last === '' ? path : last;
}

/** `host:port`, `[v6]:port` or a host alone. */
function endpoint(target: string): Readonly<Record<string, unknown>> {
  const found = /^\[?([^\]]*?)\]?:(\d{1,5})$/.exec(target);
  const host = found?.[1] ?? target;
  const name = /^[\d.]+$|:/.test(host) ? { ip: host } : { hostname: host };
  return found?.[2] === undefined ? name : { ...name, port: Number(found[2]) };
}

function subject(event: RedactedEvent, { uid }: Class): Readonly<Record<string, unknown>> {
  const { target, argv } = event;
  switch (uid) {
    case 1001:
      return { file: { name: lastPart(target), path: target, type_id: 0 } };
    case 1007: {
      const commandLine = argv === undefined ? {} : { cmd_line: argv.join(' ') };
      return {
        process: {
          name: lastPart(target),
          ...commandLine,
          file: { name: lastPart(target), path: target, type_id: 1 },
        },
      };
    }
    case 4001:
      return { dst_endpoint: endpoint(target) };
    case 3002:
      return { user: { name: target } };
    default:
      return { app: { name: 'moated', vendor_name: 'moated', feature: { name: target } } };
  }
}

/** An event in the vocabulary of OCSF 1.4, with its security-control profile. */
export function toOcsf(event: RedactedEvent & { readonly hash?: string }): Readonly<Record<string, unknown>> {
  const kind = classOf(event);
  const { reason, sessionId, runId, profile, policyHash, details, redacted, hash } = event;
  const { severity_id, ...action } = Object.hasOwn(actions, event.decision)
    ? actions[event.decision]
    : actions.requires_approval;
  return {
    class_uid: kind.uid,
    class_name: kind.name,
    category_uid: Math.floor(kind.uid / 1000),
    activity_id: kind.activity,
    activity_name: kind.activityName,
    type_uid: kind.uid * 100 + kind.activity,
    time: Date.parse(event.timestamp),
    severity_id,
    ...action,
    ...(reason === undefined ? {} : { message: reason, status_detail: reason }),
    metadata: {
      version: '1.4.0',
      profiles: ['security_control'],
      product: { name: 'moated', vendor_name: 'moated' },
      original_time: event.timestamp,
      ...(hash === undefined ? {} : { uid: hash }),
      ...(runId === undefined ? {} : { correlation_uid: runId }),
    },
    ...(policyHash === undefined && profile === undefined
      ? {}
      : { policy: { uid: policyHash, name: profile } }),
    actor: { app_name: 'moated', ...(sessionId === undefined ? {} : { session: { uid: sessionId } }) },
    device: { type_id: 0 },
    ...subject(event, kind),
    unmapped: { operation: event.operation, phase: event.phase, argv: event.argv, details, redacted },
  };
}
