import { type AuditRecord } from '../event.js';
import { showControls } from '../redact/controls.js';
import { shortTime } from './charts.js';
import { type Html, markup } from './html.js';
import { type ReportModel, type RunRow } from './model.js';

/** A text of the log, cut where it would only be noise. */
function brief(text: string, most = 300): string {
  const shown = showControls(text, {});
  return shown.length > most ? `${shown.slice(0, most)}…` : shown;
}

function code(text: string, most?: number): Html {
  return markup`<code>${brief(text, most)}</code>`;
}

const decisions: Readonly<Record<string, readonly [string, string]>> = {
  allowed: ['ok', '✓ allowed'],
  denied: ['no', '✗ denied'],
  requires_approval: ['ask', '? to be approved'],
};

function decision(value: string): Html {
  const [kind, text] = (Object.hasOwn(decisions, value) ? decisions[value] : undefined) ?? ['', value];
  return markup`<span class="${kind}">${text}</span>`;
}

function more(count: number, what: string): Html {
  return count === 0 ? markup`` : markup`<p class="dim">${count} more ${what} are in the log.</p>`;
}

export function denialTable({ denials, moreDenials }: ReportModel): Html {
  if (denials.length === 0) return markup`<p>Nothing was denied.</p>`;
  const rows = denials.map(
    ({ target, operation, count, last, reason }) =>
      markup`<tr><td class="n" data-label="times">${count}</td><td class="t" data-label="operation">${brief(operation, 40)}</td><td data-label="target">${code(target)}</td><td data-label="reason">${brief(reason, 160)}</td><td class="t" data-label="last">${shortTime(last)}</td></tr>`,
  );
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Denials"><table><thead><tr><th class="n" scope="col">times</th><th scope="col">operation</th><th scope="col">target</th><th scope="col">reason</th><th scope="col">last</th></tr></thead><tbody>${rows}</tbody></table></div>${more(moreDenials, 'targets')}`;
}

function verdict({ verdict: text }: RunRow): Html {
  if (text === '') return markup`<span class="ask">? no end</span>`;
  if (text === 'handed on') return markup`handed on`;
  return text === 'ok'
    ? markup`<span class="ok">✓ ok</span>`
    : markup`<span class="no">✗ ${brief(text, 40)}</span>`;
}

function size(bytes: number | undefined): string {
  return bytes === undefined ? '' : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '' : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

export function runTable({ runs, moreRuns }: ReportModel): Html {
  if (runs.length === 0) return markup`<p>No run is in the log.</p>`;
  const rows = [...runs]
    .reverse()
    .map(
      (run) =>
        markup`<tr><td class="t" data-label="start">${run.start === undefined ? '' : shortTime(run.start)}</td><td data-label="verdict">${verdict(run)}</td><td data-label="command">${code(run.command, 200)}</td><td data-label="profile">${brief(run.profile, 40)}</td><td class="n" data-label="time">${milliseconds(run.durationMs)}</td><td class="n" data-label="CPU">${milliseconds(run.cpuMs)}</td><td class="n" data-label="memory">${size(run.maxRssBytes)}</td><td class="n" data-label="denials">${run.denials === 0 ? '' : run.denials}</td></tr>`,
    );
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table><thead><tr><th scope="col">start (UTC)</th><th scope="col">verdict</th><th scope="col">command</th><th scope="col">profile</th><th class="n" scope="col">time</th><th class="n" scope="col">CPU</th><th class="n" scope="col">memory</th><th class="n" scope="col">denials</th></tr></thead><tbody>${rows}</tbody></table></div>${more(moreRuns, 'runs')}`;
}

function eventRow(record: AuditRecord): Html {
  const text = showControls(JSON.stringify(record, undefined, 2), {});
  return markup`<details><summary><span class="dim">${record.timestamp.slice(0, 23).replace('T', ' ')}</span> ${decision(record.decision)} ${record.operation} ${code(record.target, 160)}</summary><pre>${text.slice(0, 8000)}</pre></details>`;
}

export function eventList({ events, moreEvents }: ReportModel): Html {
  if (events.length === 0) return markup`<p>The log is empty.</p>`;
  return markup`${[...events].reverse().map(eventRow)}${more(moreEvents, 'records')}`;
}
