import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAuditLog } from '../../src/audit/read.js';
import { renderAuditReport } from '../../src/audit/report/page.js';
import { verifyAuditLog } from '../../src/audit/verify.js';
import { openAuditLog } from '../../src/audit_log.js';
import { chromiumPath, Page } from '../helpers/chromium.js';
import { makeFolder } from './audit.js';

const chromium = chromiumPath();
if (chromium === undefined) console.log('audit: no Chromium here, the report is not looked at');

const hostile = [
  '<script>document.title="owned"</script>',
  '"><img src=x onerror=document.title="owned">',
  "'><svg onload=document.title='owned'>",
  '</style><script>document.title="owned"</script>',
  '</title><body onload=document.title="owned">',
  '<a href="javascript:document.title=1">x</a>',
  '<iframe src="https://example.org"></iframe>',
  '<meta http-equiv="refresh" content="0;url=https://example.org">',
  '<link rel=stylesheet href=https://example.org/x.css>',
  '&lt;b&gt; &amp;',
  'a'.repeat(3000),
];

const folder = makeFolder();
const page = join(folder.path, 'report.html');
/** Kept when a person wants to look at them. */
const pictures = process.env['MOATED_SCREENSHOTS'];

beforeAll(async () => {
  const log = openAuditLog({ file: folder.log });
  for (const [at, text] of hostile.entries()) {
    const run = { runId: text, profile: text, sessionId: text, policyHash: text };
    const time = (ms: number): Date => new Date(Date.UTC(2026, 0, 1, at) + ms);
    log.record({
      ...run,
      operation: 'command_exec',
      target: text,
      decision: 'allowed',
      phase: 'start',
      argv: [text, text],
      timestamp: time(0),
    });
    log.record({
      ...run,
      operation: 'file_read',
      target: text,
      decision: 'denied',
      reason: text,
      details: { [text]: text },
      timestamp: time(1),
    });
    log.record({
      ...run,
      operation: 'network_access',
      target: text,
      decision: 'requires_approval',
      timestamp: time(2),
    });
    const usage = { cpuMs: at * 3.5, maxRssBytes: at * 1e6 };
    log.record({
      ...run,
      operation: 'command_exec',
      target: text,
      decision: 'allowed',
      phase: 'end',
      details: { verdict: at % 2 === 0 ? 'ok' : text, durationMs: at * 10, usage },
      timestamp: time(3),
    });
  }
  await log.close();
  const verification = await verifyAuditLog(folder.log);
  writeFileSync(
    page,
    await renderAuditReport(readAuditLog(folder.log), { title: hostile[0]!, verification }),
  );
});
afterAll(() => {
  folder.remove();
});

describe.runIf(chromium !== undefined)('the report in Chromium', () => {
  let browser: Page;
  beforeAll(async () => {
    browser = await Page.open(chromium!);
  });
  afterAll(async () => {
    await browser.close();
  });

  async function show(width: number, height: number, scheme: 'light' | 'dark'): Promise<void> {
    await browser.send('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    await browser.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: scheme }],
    });
    await browser.load(pathToFileURL(page).href);
  }

  it('runs nothing of what the log holds, and asks for nothing', async () => {
    await show(1280, 900, 'light');
    expect(await browser.evaluate('document.title')).toBe(hostile[0]);
    const strange =
      'script,img,iframe,link,object,embed,form,base,a:not([href^="#"]),meta[http-equiv="refresh"],style~style';
    expect(await browser.evaluate(`document.querySelectorAll(${JSON.stringify(strange)}).length`)).toBe(0);
    const handlers =
      '[...document.querySelectorAll("*")].flatMap((e) => e.getAttributeNames()).filter((n) => n.startsWith("on") || n === "style")';
    expect(await browser.evaluate(handlers)).toEqual([]);
    const asked = browser.events
      .filter(({ method }) => method === 'Network.requestWillBeSent')
      .map(({ params }) => (params!['request'] as { readonly url: string }).url);
    expect(asked).toEqual([pathToFileURL(page).href]);
    // A style sheet that the policy refused, or anything else that went wrong.
    expect(
      browser.events.filter(
        ({ method }) => method === 'Log.entryAdded' || method === 'Runtime.exceptionThrown',
      ),
    ).toEqual([]);
  });

  it('has a policy under which a script that got in would not run', async () => {
    await show(1280, 900, 'light');
    await browser.evaluate(
      '(() => { const s = document.createElement("script"); s.textContent = "window.ran = 1"; document.body.append(s); })()',
    );
    expect(await browser.evaluate('typeof window.ran')).toBe('undefined');
  });

  it.each([
    ['wide', 1280, 'light'],
    ['narrow', 360, 'light'],
    ['dark', 1280, 'dark'],
    ['narrow-dark', 360, 'dark'],
  ] as const)('fits: %s', async (name, width, scheme) => {
    await show(width, 1400, scheme);
    expect(await browser.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const background = await browser.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe(scheme === 'dark' ? 'rgb(15, 19, 24)' : 'rgb(255, 255, 255)');
    const smallest =
      'Math.min(...[...document.querySelectorAll("body *")].filter((e) => e.textContent.trim()).map((e) => parseFloat(getComputedStyle(e).fontSize)))';
    expect(await browser.evaluate(smallest)).toBeGreaterThanOrEqual(11);
    const picture = await browser.screenshot();
    expect(picture.length).toBeGreaterThan(10_000);
    if (pictures !== undefined) {
      mkdirSync(pictures, { recursive: true });
      writeFileSync(join(pictures, `${name}.png`), picture);
      await browser.evaluate('document.getElementById("usage").scrollIntoView()');
      writeFileSync(join(pictures, `${name}-below.png`), await browser.screenshot());
    }
  });

  it('has enough contrast in both schemes', async () => {
    const ratio = `(() => {
      const light = (c) => { const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const back = (e) => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!c.endsWith(', 0)')) return c; } return 'rgb(255, 255, 255)'; };
      return Math.min(...[...document.querySelectorAll('body *')].filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && !e.closest('svg')).map((e) => { const [a, b] = [light(getComputedStyle(e).color), light(back(e))].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); }));
    })()`;
    for (const scheme of ['light', 'dark'] as const) {
      await show(1280, 900, scheme);
      expect(await browser.evaluate(ratio), scheme).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('is used by keyboard', async () => {
    await show(1280, 900, 'light');
    const seen: string[] = [];
    for (let i = 0; i < 9; i += 1) {
      await browser.press('Tab');
      seen.push(
        await browser.evaluate(
          'document.activeElement.getAttribute("href") ?? document.activeElement.getAttribute("aria-label") ?? document.activeElement.tagName',
        ),
      );
    }
    expect(seen).toEqual([
      '#denials',
      '#timeline',
      '#denials',
      '#runs',
      '#usage',
      '#events',
      'Denials',
      'Runs',
      'SUMMARY',
    ]);
    expect(await browser.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await browser.press('Enter');
    expect(await browser.evaluate('document.activeElement.parentElement.open')).toBe(true);
  });
});
