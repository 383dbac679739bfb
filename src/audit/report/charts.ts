import { type Html, markup } from './html.js';
import { type Bucket, type RunRow } from './model.js';

const width = 960;
const height = 160;
const foot = 18;

/** `2026-01-31 12:00`, as the log has it: UTC. */
export function shortTime(time: string | number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString().slice(0, 16).replace('T', ' ');
}

function axis(from: number, to: number): Html {
  return markup`<line class="axis" x1="0" x2="${width}" y1="${height - foot}" y2="${height - foot}" />
    <text x="4" y="${height - 4}">${shortTime(from)} UTC</text>
    <text x="${width - 4}" y="${height - 4}" text-anchor="end">${shortTime(to)} UTC</text>`;
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
  const scale = (count: number): number => Math.round(((height - foot - 8) * count * 100) / highest) / 100;
  const kinds = [
    ['denied', 'b-no'],
    ['requires_approval', 'b-ask'],
    ['allowed', 'b-ok'],
  ] as const;
  const bars = timeline.map((bucket, at) => {
    let top = height - foot;
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
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Events over time, ${total} of them denied. At most ${highest} in one bar.">
      ${bars}${axis(first.start, last.start)}
    </svg>`;
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
    const tall = Math.max(1, ((height - foot - 20) * cpuMs) / Math.max(highest, 1e-9));
    return markup`<rect class="b-ok" x="${x(time)}" y="${(height - foot - tall).toFixed(1)}" width="4" height="${tall.toFixed(1)}"><title>${shortTime(time)}: ${cpuMs.toFixed(1)} ms, ${command.slice(0, 80)}</title></rect>`;
  });
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="CPU time of ${points.length} runs over time, at most ${highest.toFixed(1)} milliseconds">
      <text x="4" y="14">CPU time, highest ${highest.toFixed(1)} ms</text>${bars}${axis(from, to)}
    </svg>`;
}
