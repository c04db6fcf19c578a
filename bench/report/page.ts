// report.html: one file that needs nothing else. The result first, then the plots, the tables, and how and on what it was measured.

import { formatAmount, formatNumber } from '../harness/amounts.js';
import type { Results, SubjectFacts } from '../harness/results.js';
import { barCellsTable, barsTable } from './bar-tables.js';
import { judgeBars } from './bars.js';
import { html, Markup } from './markup.js';
import { type Colour, paint, type Shape } from './palette.js';
import type { LegendEntry, Plot } from './plots/plot.js';
import { Subjects } from './plots/plot.js';
import { STYLE } from './style.js';
import { focusOf, mainThreads, repetitionsOf, standings, summaryOf } from './summary.js';
import { badTable, groupTables, leftOutTable, limitsTable, standingsTable } from './tables.js';

/** A plot with its drawings; each panel's `svg` is trusted. */
export interface DrawnPlot extends Omit<Plot, 'panels'> {
  readonly panels: readonly { readonly title: string; readonly svg: string }[];
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

/** `missing`: why there are no drawings, where there are none. */
export function makePage(results: Results, plots: readonly DrawnPlot[], missing?: string): string {
  const sections = [
    ...plots.map(plotSection),
    ...(isJudged(results) ? [barsSection(results)] : []),
    cellsSection(results),
    ...badSection(results),
    methodSection(results),
    machineSection(results),
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>threadmap bench: ${results.machine.cpu}, Node ${results.machine.node}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${head(results, sections, missing)}
<main>
${sections.map(({ id, title, body }) => html`<section id="${id}" aria-labelledby="${id}-title">\n<h2 id="${id}-title">${title}</h2>\n${body}\n</section>\n`)}</main>
<footer>Made by <code>threadmap bench</code> from results.json alone: <code>threadmap bench --report results.json</code> makes it again.</footer>
</body>
</html>
`;
  return page.text;
}

function head(results: Results, sections: readonly Section[], missing: string | undefined): Markup {
  const { machine, settings, cells } = results;
  const focus = focusOf(results);
  const list = standings(results);
  const facts: [string, string][] = [
    ['Processor', machine.cpu],
    ['Cores, threads', `${machine.cores}, up to ${mainThreads(results)} threads`],
    ['Node', machine.node],
    ['Repetitions', `${repetitionsOf(results)}${settings.quick ? ': a quick look' : ''}`],
    ['Measured', `${formatNumber(cells.length)} cells of ${formatNumber(results.subjects.length)} subjects`],
  ];
  return html`<header>
<p class="eyebrow">threadmap bench, ${results.started.slice(0, 16).replace('T', ' ')} UTC</p>
<h1>Concurrent maps on real threads, side by side</h1>
<ul class="lead">${summaryOf(results).map((sentence) => html`<li>${sentence}</li>`)}</ul>
${results.complete ? '' : html`<p class="notice">The run was ended before all was measured: this is what was finished.</p>`}
${settings.quick ? html`<p class="notice">Short repetitions of few cells: a look, not a measurement. <code>npm run bench</code> measures in full.</p>` : ''}
${missing === undefined ? '' : html`<p class="notice">There are no plots: ${missing}</p>`}
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${list.length > 0 && focus !== undefined ? standingsTable(list, new Subjects(results).titleOf(focus)) : ''}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>`;
}

function plotSection({ id, title, caption, legend, panels, pairs = false }: DrawnPlot): Section {
  const body = html`<figure>
<figcaption>${caption}</figcaption>
${legend.length === 0 ? '' : html`<ul class="legend">${legend.map(legendItem)}</ul>`}
<div class="panels${pairs ? ' pairs' : ''}">${panels.map(({ title, svg }) => html`<div class="panel"><h3>${title}</h3>${new Markup(svg)}</div>\n`)}</div>
</figure>`;
  return { id, title, body };
}

/** Within a square of 14 by 14. */
const OUTLINES: Readonly<Record<Shape, string>> = {
  circle: 'M7 2a5 5 0 1 1 0 10a5 5 0 1 1 0-10z',
  square: 'M2.5 2.5h9v9h-9z',
  diamond: 'M7 1l4.5 6L7 13L2.5 7z',
  cross: 'M5.3 2h3.4v3.3H12v3.4H8.7V12H5.3V8.7H2V5.3h3.3z',
  'triangle-up': 'M7 2l5 9.5H2z',
  'triangle-down': 'M7 12l5-9.5H2z',
};

function legendItem({ title, look }: LegendEntry): Markup {
  const fill = paint(look.colour as Colour);
  return html`<li><svg viewBox="0 0 14 14" aria-hidden="true"><path d="${OUTLINES[look.symbol]}" style="fill:${fill}"/></svg>${title}</li>`;
}

/** Bars are for runs that have something of them. */
function isJudged(results: Results): boolean {
  return judgeBars(results).some(({ judged }) => judged.some(({ found }) => found !== undefined));
}

function barsSection(results: Results): Section {
  const bars = judgeBars(results);
  const measured = bars.filter(({ judged }) => judged.some(({ found }) => found !== undefined));
  const body = html`<p>A bar is met when each of its cells is: the ratio of the medians is what counts, and its 95 % interval is beside it. Get and set are the grid’s cells without and with nothing but writes.</p>
${barsTable(bars)}
<details><summary>Cell by cell <span>${measured.length} bars</span></summary>${measured.map(barCellsTable)}</details>`;
  return { id: 'bars', title: 'Bars', body };
}

function cellsSection(results: Results): Section {
  const title = (name: string) => results.workloads.find((workload) => workload.name === name)?.title ?? name;
  const about = (name: string) => results.workloads.find((workload) => workload.name === name);
  const body = html`<p>Throughput in million operations per second of all threads together, the median of the repetitions and its median absolute deviation.</p>
${groupTables(results).map(
  ({ workload, tables }) => html`<details><summary>${title(workload)} <span>${workload}</span></summary>
<p>${about(workload)?.about ?? ''} Source: ${about(workload)?.source ?? 'unknown'}.</p>${tables}</details>\n`,
)}${results.limits.length > 0 ? html`<details><summary>The limit <span>${results.limits.length} rows</span></summary>${limitsTable(results)}</details>` : ''}`;
  return { id: 'cells', title: 'All cells', body };
}

function badSection(results: Results): Section[] {
  const bad = results.cells.some(({ outcome }) => outcome !== 'measured');
  if (!bad && results.leftOut.length === 0) return [];
  const body = html`<div class="prose">${bad ? badTable(results) : ''}${results.leftOut.length > 0 ? leftOutTable(results) : ''}</div>`;
  return [{ id: 'missing', title: bad ? 'Wrong, failed and left out' : 'Left out', body }];
}

function methodSection(results: Results): Section {
  const notes = results.notes ?? [];
  const body = html`${results.method.map((paragraph) => html`<p>${paragraph}</p>\n`)}
${notes.length > 0 ? html`<h3>What limits these figures, and how that was seen</h3>\n${notes.map((note) => html`<p>${withCode(note)}</p>\n`)}` : ''}
<h3>What a fair reader has to know of each subject</h3>
<ul class="notes">${results.subjects.map(subjectNotes)}</ul>`;
  return { id: 'method', title: 'Method', body };
}

/** Words between backticks are code; nothing else of Markdown is read. */
function withCode(note: string): Markup[] {
  return note
    .split(/`([^`]+)`/)
    .map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

function subjectNotes({ title, version, notes }: SubjectFacts): Markup {
  return html`<li><b>${title}</b>${version === null ? '' : ` ${version}`}${notes.length === 0 ? '' : ': '}${notes.join(' ')}</li>\n`;
}

function machineSection({ machine, settings, seconds, started }: Results): Section {
  const facts: [string, string][] = [
    ['Processor', machine.cpu],
    ['Cores that the process may use', formatNumber(machine.cores)],
    ['Memory', `${formatAmount(machine.memoryBytes / 2 ** 30)} GiB`],
    ['System', machine.system],
    ['Node', machine.node],
    ['V8', machine.v8],
    ['Load at the start', machine.load === null ? 'not told by this system' : formatAmount(machine.load)],
    ['Began', started],
    ['Took', `${formatNumber(Math.round(seconds))} s`],
    ['Seed', `${settings.seed}`],
    [
      'Rate of the open loop',
      settings.rate === null ? 'each subject’s own' : `${formatNumber(settings.rate)} per second`,
    ],
  ];
  const body = html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
  return { id: 'machine', title: 'Machine', body };
}
