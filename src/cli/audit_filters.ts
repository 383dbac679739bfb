import { type AuditFilter, auditDecisions, auditOperations } from '../audit_log.js';
import { parseDuration } from '../index.js';
import { type Options, type Parsed } from './arguments.js';
import { didYouMean, UsageError } from './usage_error.js';

export const filterOptions: Options = {
  since: {
    type: 'string',
    value: 'TIME',
    help: 'records from then on: 2026-01-31, 2026-01-31T12:00Z, or 2h for two hours ago',
  },
  until: { type: 'string', value: 'TIME', help: 'records up to then' },
  operation: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: `of this operation: ${auditOperations.join(', ')}`,
  },
  decision: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: `of this decision: ${auditDecisions.join(', ')}`,
  },
  run: { type: 'string', value: 'ID', help: 'of this run; the beginning of its id is enough' },
  session: { type: 'string', value: 'ID', help: 'of this session' },
  target: { type: 'string', value: 'TEXT', help: 'with this text in the target' },
};

function time(text: string | undefined, option: string): Date | undefined {
  if (text === undefined) return undefined;
  if (/^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/.test(text)) return new Date(Date.now() - parseDuration(text, option));
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw new UsageError(
      `--${option} needs a date such as 2026-01-31T12:00Z or a duration such as 2h, not "${text}".`,
    );
  return date;
}

function names<Name extends string>(
  list: readonly string[],
  known: readonly Name[],
  option: string,
): readonly Name[] | undefined {
  if (list.length === 0) return undefined;
  return list
    .flatMap((entry) => entry.split(','))
    .map((entry) => {
      const found = known.find((name) => name === entry);
      if (found === undefined)
        throw new UsageError(
          `--${option} ${entry} is none of ${known.join(', ')}.${didYouMean(entry, known)}`,
        );
      return found;
    });
}

export function filterOf(parsed: Parsed): AuditFilter {
  return {
    since: time(parsed.text('since'), 'since'),
    until: time(parsed.text('until'), 'until'),
    operations: names(parsed.list('operation'), auditOperations, 'operation'),
    decisions: names(parsed.list('decision'), auditDecisions, 'decision'),
    runId: parsed.text('run'),
    sessionId: parsed.text('session'),
    target: parsed.text('target'),
  };
}
