import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Results } from '../../bench/harness/results.js';
import { escapeText } from '../../bench/report/markup.js';
import { makePage } from '../../bench/report/page.js';
import { COLOURS, withColours } from '../../bench/report/palette.js';
import { inMoments } from '../../bench/report/plots/growth.js';
import { summaryOf } from '../../bench/report/summary.js';
import { writeReport } from '../../bench/report/write-report.js';
import { cellOf, growthOf, HOSTILE, makeResults } from './fixtures/results.js';

let folder: string;
let page: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'threadmap-report-'));
  page = await pageOf(makeResults());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function pageOf(results: Results): Promise<string> {
  const path = join(folder, 'report.html');
  expect(await writeReport(path, results)).toEqual({ missing: undefined });
  return readFileSync(path, 'utf8');
}

const VOID = ['meta', 'link', 'br', 'img'];

/** Every element that is opened is closed, and in order: a message, or undefined. */
function misfit(text: string): string | undefined {
  const open: string[] = [];
  const body = text.replace(/<style>[\s\S]*?<\/style>/g, '').replace(/^<!doctype html>/, '');
  for (const [tag, slash, name = '', rest = ''] of body.matchAll(
    /<(\/?)([a-zA-Z][\w-]*)((?:[^<>"]|"[^"]*")*)>/g,
  )) {
    if (rest.endsWith('/') || VOID.includes(name)) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) return `${tag} closes something else`;
  }
  // What is no tag is text, in which no such character stands as it is.
  const others = body.replace(/<\/?[a-zA-Z][\w-]*(?:[^<>"]|"[^"]*")*>/g, '');
  if (/[<>]/.test(others)) return `a stray character: ${/.{0,40}[<>].{0,40}/.exec(others)?.[0]}`;
  return open.length === 0 ? undefined : `never closed: ${open.join(', ')}`;
}

test('the check of elements sees what is wrong', () => {
  expect(misfit('<p>a<b>b</b></p>')).toBe(undefined);
  expect(misfit('<p>a<b>b</p></b>')).toMatch(/closes something else/);
  expect(misfit('<p>a')).toMatch(/never closed/);
  expect(misfit('<p>1 < 2</p>')).toMatch(/stray/);
});

describe('the page', () => {
  test('has each plot, the bars, all cells, what was wrong, the method and the machine', () => {
    const sections = [...page.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id);
    expect(sections).toEqual([
      ...['throughput', 'ratio', 'grid', 'limit', 'latency', 'growth', 'oversubscription', 'memory'],
      ...['bars', 'cells', 'missing', 'method', 'machine'],
    ]);
    for (const id of sections) {
      expect(page).toContain(`href="#${id}"`);
      expect(page).toContain(`<h2 id="${id}-title">`);
    }
    expect(page.match(/<h1>/g)).toHaveLength(1);
  });

  test('is well formed, with each id once', () => {
    expect(misfit(page)).toBe(undefined);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('needs nothing from elsewhere and runs no script', () => {
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|\/\/\w|@import/);
    expect(page).not.toMatch(/<script|<iframe|<object| on\w+=/i);
    for (const [, target] of page.matchAll(/(?:href|src|srcset)="([^"]*)"/g))
      expect(target).toMatch(/^(#[\w-]+|data:,)$/);
    for (const [, target] of page.matchAll(/url\(([^)]*)\)/g)) expect(target).toMatch(/^#[\w-]+$/);
  });

  test('shows what others have written as text', () => {
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<CPU>');
    expect(page).toContain(escapeText(HOSTILE));
    expect(page).toContain('<code>grid-0</code>, &lt;i&gt;why&lt;/i&gt;.');
    // In drawings too.
    const svgs = [...page.matchAll(/<svg [\s\S]*?<\/svg>/g)].map(([svg]) => svg);
    expect(svgs.some((svg) => svg.includes('&lt;script&gt;'))).toBe(true);
  });

  test('tells each drawing in words, names every table, and lets each scroll by itself', () => {
    const labels = [...page.matchAll(/<svg [^>]*role="img" aria-label="([^"]*)"/g)].map(([, label]) => label);
    expect(labels.length).toBeGreaterThan(15);
    for (const label of labels) expect((label as string).length).toBeGreaterThan(20);
    const tables = page.match(/<table>/g) ?? [];
    expect(
      page.match(/<div class="scroll" role="region" tabindex="0" aria-label="[^"]+"><table>\n<caption>/g),
    ).toHaveLength(tables.length);
  });

  test('names what was wrong or failed, with its reason and without a throughput', () => {
    expect(page).toMatch(/hostile\/int\/1000\/2\/lmdb<\/th><td class="text"><span class="not-met">wrong/);
    expect(page).toContain(`key 5 holds ${escapeText(HOSTILE)}`);
    expect(page).toContain('it hung');
    expect(summaryOf(makeResults()).join(' ')).toMatch(/1 of \d+ cells gave wrong answers, 1 failed/);
  });

  test('without drawings says why, and has the rest', () => {
    const bare = makePage(makeResults(), [], 'The harness needs vega: npm install');
    expect(bare).toContain('There are no plots: The harness needs vega: npm install');
    expect(bare).toContain('<section id="cells"');
    expect(misfit(bare)).toBe(undefined);
  });

  test('is made of results with next to nothing in them', async () => {
    const { cells: _, ...rest } = makeResults();
    const nothing = await pageOf({
      ...rest,
      cells: [],
      limits: [],
      leftOut: [],
      subjects: [],
      complete: false,
    });
    expect(misfit(nothing)).toBe(undefined);
    expect(nothing).toContain('The run was ended before all was measured');
    const empty = cellOf({ workload: 'insert-latency' }, { growth: growthOf(0, 0) });
    const zero = cellOf({ subject: 'map', threads: 1, rate: 0 });
    expect(misfit(await pageOf({ ...rest, cells: [empty, zero] }))).toBe(undefined);
  });
});

test('the main sentences say what the figures say', () => {
  const results = makeResults();
  const first = summaryOf(results);
  expect(first[0]).toMatch(
    /^With 2 threads on 2 cores, threadmap has more throughput in every cell than each of 4 others/,
  );
  // One cell in which a peer is faster is enough for another sentence.
  const slower = results.cells.map((cell) =>
    cell.id === 'grid-50/int/1000/2/go-sync-map'
      ? cellOf({ workload: 'grid-50', subject: 'go-sync-map', rate: 9e9 })
      : cell,
  );
  const sentences = summaryOf({ ...results, cells: slower });
  expect(sentences[0]).toMatch(/than each of 3 others/);
  expect(sentences[1]).toMatch(/^It is faster in some cells and slower in others than Go sync.Map \(0\.00/);
  expect(sentences.join(' ')).toContain('the longest single insert took 500 µs in threadmap, 100 ms in Map');
});

test('moments keep the longest pause', () => {
  const { windows } = growthOf(1000, 7e7);
  const moments = inMoments(windows, 100);
  expect(moments).toHaveLength(100);
  expect(Math.max(...moments.map(({ longestNanoseconds }) => longestNanoseconds))).toBe(7e7);
  expect(moments.reduce((sum, { operations }) => sum + operations, 0)).toBe(1_000_000);
});

test('a drawing for a file has the colours themselves', () => {
  expect(withColours('<path fill="var(--ours)" stroke="var(--step-1)"/>', 'dark')).toBe(
    `<path fill="${COLOURS.ours.dark}" stroke="${COLOURS['step-1'].dark}"/>`,
  );
});
