// The tables of the report. Each scrolls in a box of its own where it is wider than the screen.

import { formatAmount, formatNumber, formatTime } from '../harness/amounts.js';
import { type CellGroup, groupsOf } from '../harness/cell-groups.js';
import type { Cell, Results, Statistic } from '../harness/results.js';
import { html, type Markup } from './markup.js';
import { headingOf, KEYS } from './plots/chosen.js';
import { Subjects } from './plots/plot.js';
import type { Standing } from './summary.js';

const MILLION = 1e6;
const PERCENTS = [50, 99, 99.9, 99.99];

/** The first column names the row; all others are figures, but for those whose places are in `text`. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
  text: readonly number[] = [],
): Markup {
  const kind = (at: number) => (at === 0 || text.includes(at) ? 'text' : 'figure');
  const cells = (row: readonly (string | Markup)[]) =>
    row.map((cell, at) =>
      at === 0 ? html`<th scope="row">${cell}</th>` : html`<td class="${kind(at)}">${cell}</td>`,
    );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption><span>${caption}</span></caption>
<thead><tr>${head.map((title, at) => html`<th scope="col" class="${kind(at)}">${title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody>
</table></div>`;
}

export function standingsTable(list: readonly Standing[], title: string): Markup {
  const place = ({ workload, keys, entries }: Cell) => `${workload}, ${KEYS[keys]}, ${formatNumber(entries)}`;
  return table(
    `How many times the throughput of each other ${title} has (geometric mean of the cells)`,
    ['beside', 'mean', 'least', 'where', 'most', 'where', 'cells'],
    list.map(({ title: other, mean, least, most, cells }) => [
      other,
      html`<b>${formatAmount(mean)} ×</b>`,
      ...[`${formatAmount(least.value)} ×`, place(least.cell)],
      ...[`${formatAmount(most.value)} ×`, place(most.cell), formatNumber(cells)],
    ]),
    [3, 5],
  );
}

/** All cells of a workload. */
export function groupTables(results: Results): { workload: string; tables: Markup[] }[] {
  const subjects = new Subjects(results);
  const groups = groupsOf(results.cells);
  const names = [...new Set(groups.map(({ workload }) => workload))];
  return names.map((workload) => ({
    workload,
    tables: groups
      .filter((group) => group.workload === workload)
      .flatMap((group) => [rateTable(group, results, subjects), ...latencyTable(group, results, subjects)]),
  }));
}

function rateTable(group: CellGroup, results: Results, subjects: Subjects): Markup {
  const rows = group.cells.map((cell) => {
    const { throughput, samples, growth, memory, limit } = cell;
    const map = cell.ratios.find(({ baseline }) => baseline === 'map');
    const pause = growth === undefined ? '' : formatTime(growth.longestNanoseconds);
    const collected = samples.reduce((sum, { gcMilliseconds }) => sum + gcMilliseconds, 0);
    return [
      subjects.titleOf(cell.subject),
      formatNumber(cell.threads),
      throughput === undefined
        ? html`<span class="not-met">${cell.outcome}</span>`
        : formatAmount(throughput.median / MILLION),
      throughput === undefined ? '' : shareOf(throughput),
      map === undefined
        ? ''
        : `${formatAmount(map.value)} (${formatAmount(map.low)} to ${formatAmount(map.high)})`,
      limit === undefined ? '' : `${formatAmount(limit.multiple)} ×`,
      memory === undefined ? '' : formatAmount(memory.bytesPerEntry),
      pause,
      collected > 0 ? `${formatAmount(collected)} ms` : '',
      switchesOf(cell),
    ];
  });
  const head = [
    'subject',
    'threads',
    'M/s',
    '±',
    'to Map, 95 %',
    'of the limit',
    'B/entry',
    'longest pause',
    'GC',
    'switches/s',
  ];
  // A column in which nobody has anything is no column.
  const used = head.flatMap((_, at) => (at < 3 || rows.some((row) => row[at] !== '') ? [at] : []));
  const pick = <T>(row: readonly T[]) => used.map((at) => row[at] as T);
  return table(headingOf(group, results), pick(head), rows.map(pick));
}

/** The deviation as a share of the median. */
function shareOf({ mad, median }: Statistic): string {
  return median === 0 ? '' : `${Math.round((mad / median) * 100)} %`;
}

/** Context switches that the system counts per second of the repetitions. */
function switchesOf({ samples }: Cell): string {
  let [count, seconds] = [0, 0];
  for (const sample of samples) {
    if (sample.contextSwitches === null) continue;
    count += sample.contextSwitches.voluntary + sample.contextSwitches.involuntary;
    seconds += sample.seconds;
  }
  return seconds === 0 ? '' : formatNumber(Math.round(count / seconds));
}

function latencyTable(group: CellGroup, results: Results, subjects: Subjects): Markup[] {
  const rows = group.cells.flatMap((cell) =>
    cell.latency.map(({ kind, rate, achieved, percentiles, max }) => [
      subjects.titleOf(cell.subject),
      formatNumber(cell.threads),
      kind,
      rate === null ? '' : `${formatNumber(Math.round(rate / 1000))} k/s`,
      `${formatNumber(Math.round(achieved / 1000))} k/s`,
      ...PERCENTS.map((percent) => {
        const found = percentiles.find((one) => one.percent === percent);
        return found === undefined ? '' : formatTime(found.nanoseconds);
      }),
      formatTime(max),
    ]),
  );
  if (rows.length === 0) return [];
  const head = [
    'subject',
    'threads',
    'time',
    'asked',
    'achieved',
    ...PERCENTS.map((percent) => `${percent} %`),
    'max',
  ];
  return [table(`Latency: ${headingOf(group, results)}`, head, rows, [2])];
}

export function limitsTable({ limits }: Results): Markup {
  return table(
    'What cannot be avoided, each operation of one thread',
    ['the limit', 'threads', 'entries', 'ns', '±'],
    limits.map(({ title, threads, entries, nanoseconds }) => [
      title,
      formatNumber(threads),
      entries === 0 ? '' : formatNumber(entries),
      formatAmount(nanoseconds.median),
      shareOf(nanoseconds),
    ]),
  );
}

/** The same reason for many workloads is told once. */
export function leftOutTable({ leftOut }: Results): Markup {
  const workloads = new Map<string, { subject: string; reason: string; of: Set<string> }>();
  for (const { workload, subject, reason } of leftOut) {
    const key = JSON.stringify([subject, reason]);
    const known = workloads.get(key) ?? { subject, reason, of: new Set<string>() };
    workloads.set(key, known);
    known.of.add(workload);
  }
  return table(
    'Left out, and why',
    ['subject', 'reason', 'workloads'],
    [...workloads.values()].map(({ subject, reason, of }) => [
      subject,
      reason,
      of.size > 4 ? `${[...of].slice(0, 3).join(', ')} and ${of.size - 3} more` : [...of].join(', '),
    ]),
    [1, 2],
  );
}

export function badTable({ cells }: Results): Markup {
  return table(
    'Cells without a throughput',
    ['cell', 'outcome', 'what was seen'],
    cells
      .filter(({ outcome }) => outcome !== 'measured')
      .map(({ id, outcome, reason }) => [id, html`<span class="not-met">${outcome}</span>`, reason ?? '']),
    [1, 2],
  );
}
