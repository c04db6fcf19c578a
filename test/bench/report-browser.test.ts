// The report in a real browser: light and dark, on a telephone and on a wide screen. Skipped where there is no Chromium:
// CHROMIUM=<path> names one. The screenshots stay in THREADMAP_SCREENSHOTS, where that names a folder.

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeReport } from '../../bench/report/write-report.js';
import { dimTexts } from './contrast.js';
import { makeResults } from './fixtures/results.js';

const PLACES = [
  process.env.CHROMIUM,
  ...[
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/opt/google/chrome/chrome',
  ],
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const found = PLACES.find((path) => path !== undefined && existsSync(path));
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Letters that are read have so much more light than their ground, or less (WCAG AA). */
const LEAST_CONTRAST = 4.5;

const title =
  found === undefined ? 'in a browser (skipped: no Chromium; CHROMIUM=<path> names one)' : 'in a browser';

describe.skipIf(found === undefined)(title, () => {
  let folder: string;
  let screenshots: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'threadmap-browser-'));
    screenshots = process.env.THREADMAP_SCREENSHOTS ?? folder;
    mkdirSync(screenshots, { recursive: true });
    await writeReport(join(folder, 'report.html'), makeResults());
    browser = await chromium.launch({ executablePath: found as string, args: ARGUMENTS });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(colorScheme: 'light' | 'dark', width: number, file: string): Promise<[Page, string[]]> {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    // What is folded has to be as good.
    await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
    return [page, complaints];
  }

  test.each([
    ['light', 1400],
    ['light', 375],
    ['dark', 1400],
    ['dark', 375],
  ] as const)('%s, %i wide: nothing complains, nothing sticks out, all is read', async (scheme, width) => {
    const [page, complaints] = await open(scheme, width, join(folder, 'report.html'));
    const pageWidth = await page.evaluate('document.documentElement.scrollWidth');
    expect(pageWidth, 'the page scrolls sideways').toBeLessThanOrEqual(width);
    const outside =
      await page.evaluate(`[...document.querySelectorAll('.panel, .panel svg, .scroll, h1, h2, p, dl')]
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 80))`);
    expect(outside).toEqual([]);
    // Drawings are as wide as their panel, and their letters as large as on paper.
    const letters = (await page.evaluate(`[...document.querySelectorAll('.panel svg text')]
      .map((one) => one.getBoundingClientRect().height)`)) as number[];
    expect(letters.length).toBeGreaterThan(100);
    expect(Math.min(...letters)).toBeGreaterThan(8);
    const { looked, dim } = await dimTexts(page, LEAST_CONTRAST);
    expect(looked).toBeGreaterThan(500);
    expect(dim).toEqual([]);
    expect(complaints).toEqual([]);
    await page.screenshot({ path: join(screenshots, `report-${scheme}-${width}.png`), fullPage: true });
    await page.close();
  });

  test('the check of contrast and complaints sees what is wrong', async () => {
    const page = await browser.newPage();
    await page.setContent(`<body style="background:#fff;color:#000"><h1 style="color:#ccc">pale</h1><p>good</p>
      <div style="background:#000"><table><tr><td>black on black</td></tr></table></div>
      <svg width="90" height="20"><rect width="90" height="20" fill="#333"/><text y="12" fill="#444">dark</text></svg></body>`);
    const { dim } = await dimTexts(page, LEAST_CONTRAST);
    expect(dim.map((told) => told.replace(/ \(.*/, '')).sort()).toEqual(['black on black', 'dark', 'pale']);
    await page.close();
  });
});
