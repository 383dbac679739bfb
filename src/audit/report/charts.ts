import { type Html, markup } from './html.js';
import { type Bucket, type RunRow } from './model.js';

const width = 960;
const height = 160;

/** `2026-01-31 12:00:00`, as the log has it: UTC. */
export function shortTime(time: string | number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime())
    ? String(time).slice(0, 30)
    : date.toISOString().slice(0, 19).replace('T', ' ');
}

/** Beside the chart and not in it: the chart is stretched, text must not be. */
function axis(from: number, to: number): Html {
  return markup`<p class="axis"><span>${shortTime(from)}</span><span>${shortTime(to)} UTC</span></p>`;
}

function chart(label: string, content: readonly Html[], from: number, to: number): Html {
  return markup`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}">${content}</svg>${axis(from, to)}`;
}

/** Events over time as stacked bars, denied ones at the bottom where they are seen. */
export function timelineChart(timeline: readonly Bucket[]): Html {
  const first = timeline[0];
  const last = timeline.at(-1);
  if (first === undefined || last === undefined) return markup`<p class="dim">No events.</p>`;
  const highest = Math.max(
    1,
    ...timeline.map((bucket) => bucket.allowed + bucket.denied + bucket.requires_approval),
  );
  const bar = width / timeline.length;
  const scale = (count: number): number => Math.round(((height - 8) * count * 100) / highest) / 100;
  const kinds = [
    ['denied', 'b-no'],
    ['requires_approval', 'b-ask'],
    ['allowed', 'b-ok'],
  ] as const;
  const bars = timeline.map((bucket, at) => {
    let top = height;
    const parts = kinds.map(([kind, style]) => {
      const tall = scale(bucket[kind]);
      top -= tall;
      return tall === 0
        ? markup``
        : markup`<rect class="${style}" x="${(at * bar + 1).toFixed(1)}" y="${top.toFixed(1)}" width="${(bar - 2).toFixed(1)}" height="${tall}" />`;
    });
    const what = `${shortTime(bucket.start)}: ${bucket.allowed} allowed, ${bucket.denied} denied, ${bucket.requires_approval} to be approved`;
    return markup`<g><title>${what}</title>${parts}</g>`;
  });
  const total = timeline.reduce((sum, bucket) => sum + bucket.denied, 0);
  const label = `Events over time, ${total} of them denied. At most ${highest} in one bar.`;
  const each = (last.start - first.start) / Math.max(1, timeline.length - 1);
  return chart(label, bars, first.start, last.start + each);
}

/** One bar per run: CPU time over the time of its start. */
export function usageChart(runs: readonly RunRow[]): Html {
  const points = runs.flatMap(({ start, cpuMs, command }) => {
    const time = start === undefined ? NaN : Date.parse(start);
    return Number.isNaN(time) || cpuMs === undefined ? [] : [{ time, cpuMs, command }];
  });
  if (points.length === 0) return markup`<p class="dim">No run reported its usage.</p>`;
  let [from, to, highest] = [Infinity, -Infinity, 0];
  for (const { time, cpuMs } of points) {
    from = Math.min(from, time);
    to = Math.max(to, time);
    highest = Math.max(highest, cpuMs);
  }
  const x = (time: number): string =>
    (4 + ((width - 12) * (time - from)) / Math.max(1, to - from)).toFixed(1);
  const bars = points.map(({ time, cpuMs, command }) => {
    const tall = Math.max(1, ((height - 8) * cpuMs) / Math.max(highest, 1e-9));
    return markup`<rect class="b-ok" x="${x(time)}" y="${(height - tall).toFixed(1)}" width="4" height="${tall.toFixed(1)}"><title>${shortTime(time)}: ${cpuMs.toFixed(1)} ms, ${command.slice(0, 80)}</title></rect>`;
  });
  const label = `CPU time of ${points.length} runs over time, at most ${highest.toFixed(1)} milliseconds`;
  return markup`<p class="dim">CPU time of each run, at most ${highest.toFixed(1)} ms</p>${chart(label, bars, from, to)}`;
}
