import { crypto } from '../../builtins.js';
import { type AuditRecord } from '../event.js';
import { type Verification } from '../finding.js';
import { timelineChart, usageChart } from './charts.js';
import { type Html, markup } from './html.js';
import { ReportCollector, type ReportModel } from './model.js';
import { style } from './style.js';
import { denialTable, eventList, runTable } from './tables.js';

export interface ReportOptions {
  readonly title?: string;
  /** Shown at the top. Without it the page says that nothing was checked. */
  readonly verification?: Verification;
}

/** Nothing may be loaded, sent, framed or run; the one style sheet is known by its hash. */
const policy = `default-src 'none'; style-src 'sha256-${crypto().createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

const most = 20;

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function verdict(verification: Verification | undefined): Html {
  if (verification === undefined) return markup`<p class="note">The log was not verified for this page.</p>`;
  const { ok, records, writers, files, problems, notes } = verification;
  const list = (ok ? notes : problems)
    .slice(0, most)
    .map(
      ({ file, line, what }) =>
        markup`<li><code>${file.replace(/^.*[\\/]/s, '')}</code>, line ${line}: ${what}</li>`,
    );
  const more = markup`<ul>${list}</ul>`;
  if (!ok)
    return markup`<div class="note bad" role="alert"><strong class="no">✗ The log was tampered with</strong>: ${plural(problems.length, 'problem')}.${more}</div>`;
  return markup`<div class="note good"><strong class="ok">✓ The log is whole</strong>: ${plural(records, 'record')} of ${plural(writers, 'writer')} in ${plural(files.length, 'file')}.${list.length === 0 ? markup`` : more}</div>`;
}

function figures(model: ReportModel): Html {
  const removed = Object.values(model.redacted).reduce((sum, times) => sum + times, 0);
  const all: readonly (readonly [string, number, string])[] = [
    ['records', model.records, ''],
    ['runs', model.runs.length + model.moreRuns, ''],
    ['allowed', model.decisions['allowed'] ?? 0, 'ok'],
    ['denied', model.decisions['denied'] ?? 0, 'no'],
    ['to be approved', model.decisions['requires_approval'] ?? 0, 'ask'],
    ['private pieces removed', removed, ''],
    ...(model.lost > 0 ? [['records lost', model.lost, 'no'] as const] : []),
  ];
  return markup`<dl>${all.map(([name, value, kind]) => markup`<div><dt>${name}</dt><dd class="${kind}">${value}</dd></div>`)}</dl>`;
}

function render(model: ReportModel, { title = 'Audit report', verification }: ReportOptions): Html {
  const range = model.from === undefined ? '' : `${model.from} to ${model.to ?? ''}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${{ html: style }}</style>
</head>
<body>
<a class="skip" href="#denials">Skip to what was denied</a>
<header>
<h1>${title}</h1>
<p class="dim">${range}</p>
${verdict(verification)}
${figures(model)}
<nav aria-label="Sections"><ul><li><a href="#timeline">Timeline</a></li><li><a href="#denials">Denials</a></li><li><a href="#runs">Runs</a></li><li><a href="#usage">Usage</a></li><li><a href="#events">Events</a></li></ul></nav>
</header>
<main>
<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
<p><span class="ok">■ allowed</span> <span class="no">■ denied</span> <span class="ask">■ to be approved</span></p>
${timelineChart(model.timeline)}</section>
<section aria-labelledby="denials"><h2 id="denials">Denials by target</h2>${denialTable(model)}</section>
<section aria-labelledby="runs"><h2 id="runs">Runs</h2>${runTable(model)}</section>
<section aria-labelledby="usage"><h2 id="usage">Usage over time</h2>${usageChart(model.runs)}</section>
<section aria-labelledby="events"><h2 id="events">Events</h2>${eventList(model)}</section>
</main>
<footer class="dim"><p>Made by moated. This page loads nothing and runs no script.</p></footer>
</body>
</html>
`;
}

/** One self-contained page about a log. Every value of the log is escaped. */
export async function renderAuditReport(
  records: AsyncIterable<AuditRecord> | Iterable<AuditRecord>,
  options: ReportOptions = {},
): Promise<string> {
  const collector = new ReportCollector();
  for await (const record of records) collector.add(record);
  return render(collector.finish(), options).html;
}
