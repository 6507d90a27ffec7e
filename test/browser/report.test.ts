/**
 * The report in a real browser, without JavaScript and without a network: what a reader sees, light, dark, on paper and
 * on a telephone.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matrixPage } from '../../reports/html/matrix-page.ts';
import { renderHtmlReport } from '../../reports/html/report.ts';
import { tableTools } from '../../reports/html/markup/table-tools.ts';
import { table } from '../../reports/html/markup/table.ts';
import { cellOf, matrixOf } from '../../sim/matrix/fixtures/sample-matrix.ts';
import { formatBps, NOT_MEASURED } from '../../sim/measure/words/format.ts';
import { syntheticTrace } from '../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import { skipped } from '../report/skipped.ts';
import { CHROMIUM, QUIET } from './chromium.ts';

const missing = existsSync(CHROMIUM) ? null : `SKIP needs=chromium path=${CHROMIUM} fix="apt-get install chromium"`;

describe.skipIf(missing !== null)(`the report in chromium${skipped(missing)}`, () => {
  let browser: Browser;
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ipvlane-browser-'));
    file = join(folder, 'report.html');
    const measurement = createMeasurement();
    for (const record of syntheticTrace({ flowDrops: { EDT_HORIZON: 7 } })) measurement.add(record);
    const context = { command: 'ipvlane run scenarios/seed', manifests: MANIFESTS, startedAt: null, wallMs: null };
    writeFileSync(file, await renderHtmlReport({ measurement, result: measurement.result({ bootMs: null }), context }));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(options: BrowserContextOptions, work: (page: Page, requests: string[]) => Promise<void>) {
    const context = await browser.newContext({ javaScriptEnabled: false, ...options });
    try {
      const page = await context.newPage();
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(`file://${file}`);
      await work(page, requests);
    } finally {
      await context.close();
    }
  }

  test('loads nothing but itself', async () => {
    await open({}, (_, requests) => {
      expect(requests).toEqual([`file://${file}`]);
      return Promise.resolve();
    });
  });

  test('shows verdict and charts without JavaScript', async () => {
    await open({}, async (page) => {
      expect(await page.locator('.verdict strong').innerText()).toBe('Failed');
      for (const chart of await page.locator('figure.flow svg[role=img]').all()) {
        const box = await chart.boundingBox();
        expect(box!.width).toBeGreaterThan(600);
        expect(box!.height).toBeGreaterThan(100);
      }
      expect(await page.getByRole('img', { name: 'Topology of the lab' }).count()).toBe(1);
      expect(await page.getByRole('table', { name: /^4 checks/ }).count()).toBe(2);
    });
  });

  test.each(['light', 'dark'] as const)('has a contrast of 4.5 or more for all text, %s', async (colorScheme) => {
    // Reading computed colours needs the page's own engine, so this one context may run scripts.
    await open({ colorScheme, javaScriptEnabled: true }, async (page) => {
      const poor = await page.evaluate(POOR_CONTRAST);
      expect(poor).toEqual([]);
    });
  });

  test('is dark in the dark', async () => {
    await open({ colorScheme: 'dark', javaScriptEnabled: true }, async (page) => {
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(22, 23, 26)');
    });
  });

  test.each([1200, 390])('is no wider than its window of %d pixels', async (width) => {
    await open({ viewport: { width, height: 800 }, javaScriptEnabled: true }, async (page) => {
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    });
  });

  test('a matrix of many kernels scrolls inside its own box on a telephone', async () => {
    const kernels = Array.from({ length: 9 }, (_, i) => `debian:6.${i}-with-a-long-name`);
    const wide = matrixOf({ kernels, scenarios: ['seed'], cells: kernels.map((kernel) => cellOf(kernel, 'seed')) });
    await open({ viewport: { width: 390, height: 800 }, isMobile: true, javaScriptEnabled: true }, async (page) => {
      await page.setContent(matrixPage(wide, []));
      expect(await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')).toEqual([390, 390]);
      expect(await page.evaluate("document.querySelector('.scroll').scrollWidth")).toBeGreaterThan(390);
    });
  });

  test('on a telephone breaks no word of a table', async () => {
    await open({ viewport: { width: 390, height: 800 }, javaScriptEnabled: true }, async (page) => {
      expect(await page.evaluate(BROKEN_WORDS)).toEqual([]);
    });
  });

  test('on paper breaks no word of a table, and unfolds what nobody can unfold there', async () => {
    await open({ viewport: { width: 688, height: 1000 }, javaScriptEnabled: true }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      expect(await page.evaluate(BROKEN_WORDS)).toEqual([]);
      const folded = page.locator('details.paper').first();
      expect(await folded.locator('pre, table, ol').first().isVisible()).toBe(true);
      await page.emulateMedia({ media: 'screen' });
      expect(await folded.locator('pre, table, ol').first().isVisible()).toBe(false);
    });
  });

  test('filters and sorts a long table: numbers by their units, names as names', async () => {
    await open({ javaScriptEnabled: true }, async (page) => {
      await page.setContent(longTable());
      const rows = page.locator('tbody tr:visible');
      const first = async () => (await rows.first().locator('th').innerText()).trim();
      await page.locator('summary').click();
      expect(await rows.count()).toBe(40);
      await page.getByRole('searchbox').fill('POD-3');
      // pod-3 and pod-30 to pod-39.
      expect(await rows.count()).toBe(11);
      await page.getByRole('searchbox').fill('');
      await page.getByRole('button', { name: 'rate' }).click();
      expect(await first()).toBe('pod-1');
      await page.getByRole('button', { name: 'rate' }).click();
      expect(await first()).toBe('pod-39');
      await page.getByRole('button', { name: 'pod' }).click();
      expect([await first(), (await rows.nth(2).locator('th').innerText()).trim()]).toEqual(['pod-0', 'pod-2']);
    });
  });

  test('prints', async () => {
    await open({}, async (page) => {
      const pdf = await page.pdf({ format: 'A4', printBackground: true });
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      expect(pdf.length).toBeGreaterThan(20_000);
    });
  });

  test('prints the report of three pods and one flow on two pages at most', async () => {
    const measurement = createMeasurement();
    for (const record of syntheticTrace({ stopBeforeStep: 2, end: 'completed' })) {
      const steps = record.type === 'run' ? record.plan.timeline.slice(0, 2) : [];
      measurement.add(record.type === 'run' ? { ...record, plan: { ...record.plan, timeline: steps } } : record);
    }
    const context = { command: 'ipvlane run pods', manifests: [MANIFEST_OF_PODS], startedAt: null, wallMs: null };
    const text = await renderHtmlReport({ measurement, result: measurement.result({ bootMs: null }), context });
    await open({}, async (page) => {
      await page.setContent(text);
      const pdf = await page.pdf({ format: 'A4', printBackground: true });
      const pages = pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? [];
      expect(pages.length).toBeLessThanOrEqual(2);
    });
  });
});

/** Rates of 0, 1 kbit/s, 2 Mbit/s, 3 kbit/s, 4 Mbit/s ...; pod-0 has none. */
function longTable(): string {
  const rate = (i: number) => (i === 0 ? NOT_MEASURED : formatBps(i * (i % 2 === 0 ? 1e6 : i === 39 ? 1e9 : 1e3)));
  const rows = Array.from({ length: 40 }, (_, i) => ({ cells: [`pod-${i}`, rate(i)] }));
  const long = table('Pods', [{ title: 'pod' }, { title: 'rate', numeric: true }], rows);
  return `${long.text}${tableTools(long).text}`;
}

const MANIFESTS = [{ file: 'pod.yaml', text: 'kind: Pod\n' }];

/** What makes three pods, a file of the usual length. */
const MANIFEST_OF_PODS = { file: 'pods.yaml', text: 'apiVersion: v1\nkind: Pod\n'.repeat(15) };

/** Words of table cells that stand on two lines, though no hyphen allows it. Runs in the page. */
const BROKEN_WORDS = `(() => {
  const broken = [];
  for (const cell of document.querySelectorAll('th, td')) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      for (const { 0: word, index } of text.data.matchAll(/[A-Za-z0-9_.:]+/g)) {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        if (lines.size > 1) broken.push(word);
      }
    }
  }
  return broken;
})()`;

/** Text whose colour is too near to the ground it stands on: WCAG 2.2, 1.4.3. Runs in the page. */
const POOR_CONTRAST = `(() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const element of document.querySelectorAll('body *:not(svg):not(svg *)')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (!own || element.getClientRects().length === 0) continue;
    const ratio = contrast(parse(getComputedStyle(element).color), ground(element));
    if (ratio < 4.5) poor.push(ratio.toFixed(2) + ' ' + element.tagName + '.' + element.className + ': ' + element.textContent.trim().slice(0, 40));
  }
  return poor;
})()`;
