// Results as text for a terminal: a line per cell, groups apart.

import { formatAmount, formatNumber, formatTime } from './amounts.js';
import { groupsOf } from './cell-groups.js';
import type { Comparison } from './compare.js';
import type { Cell, LimitCell, Results } from './results.js';

const HEAD = ['subject', 'threads', 'Mop/s', '±', 'to Map', 'limit', 'B/entry'];
const MILLION = 1e6;

/** The table of a run: limits, cells by workload, what was wrong, what was left out. */
export function formatResults(results: Results): string {
  const parts: string[] = [];
  if (results.limits.length > 0) parts.push(formatLimits(results.limits));
  for (const { workload, keys, entries, cells } of groupsOf(results.cells)) {
    parts.push(
      `${workload}, ${keys} keys, ${formatNumber(entries)} entries\n${formatRows(cells.map(rowOf))}`,
    );
    const latencies = cells.flatMap(({ subject, threads, latency }) =>
      latency.map((one) => [
        ...[subject, formatNumber(threads), one.kind],
        ...one.percentiles
          .filter(({ percent }) => SHOWN.includes(percent))
          .map(({ nanoseconds }) => formatTime(nanoseconds)),
        formatTime(one.max),
      ]),
    );
    if (latencies.length > 0)
      parts.push(
        formatRows(latencies, [
          'latency of',
          'threads',
          'time',
          ...SHOWN.map((percent) => `${percent} %`),
          'max',
        ]),
      );
  }
  const bad = results.cells.filter(({ outcome }) => outcome !== 'measured');
  if (bad.length > 0)
    parts.push(bad.map(({ id, outcome, reason }) => `${outcome.toUpperCase()} ${id}: ${reason}`).join('\n'));
  if (results.leftOut.length > 0) parts.push(`left out:\n${formatLeftOut(results)}`);
  if (!results.complete) parts.push('The run was ended before all was measured.');
  return parts.join('\n\n');
}

/** Percentiles for a terminal's width. */
const SHOWN = [50, 99, 99.9, 99.99];

function rowOf({ subject, threads, outcome, throughput, ratios, limit, memory }: Cell): string[] {
  const toMap = ratios.find(({ baseline }) => baseline === 'map');
  return [
    subject,
    formatNumber(threads),
    throughput === undefined ? outcome : formatAmount(throughput.median / MILLION),
    throughput === undefined ? '' : `${Math.round((throughput.mad / throughput.median) * 100)} %`,
    toMap === undefined ? '' : formatAmount(toMap.value),
    limit === undefined ? '' : `${formatAmount(limit.multiple)} x`,
    memory === undefined ? '' : formatAmount(memory.bytesPerEntry),
  ];
}

function formatLimits(limits: readonly LimitCell[]): string {
  const rows = limits.map(({ title, threads, entries, nanoseconds }) => [
    title,
    formatNumber(threads),
    entries === 0 ? '' : formatNumber(entries),
    `${formatAmount(nanoseconds.median)} ns`,
  ]);
  return formatRows(rows, ['the limit', 'threads', 'entries', 'each']);
}

/** The same reason for many workloads is told once. */
function formatLeftOut({ leftOut }: Results): string {
  const workloads = new Map<string, Set<string>>();
  for (const { workload, subject, reason } of leftOut) {
    const told = `${subject}: ${reason}`;
    workloads.set(told, (workloads.get(told) ?? new Set()).add(workload));
  }
  return [...workloads]
    .map(([told, of]) => `  ${told} (${[...of].slice(0, 3).join(', ')}${of.size > 3 ? ', …' : ''})`)
    .join('\n');
}

export function formatComparison({ compared, broken, missing, doubts }: Comparison): string {
  const parts = doubts.map((doubt) => `Careful: ${doubt}.`);
  const moved = compared.filter(({ verdict }) => verdict !== 'same');
  const rows = moved.map(({ id, verdict, ratio }) => [
    verdict === 'slower' ? 'SLOWER' : 'faster',
    id,
    formatAmount(ratio.value),
    `${formatAmount(ratio.low)} to ${formatAmount(ratio.high)}`,
  ]);
  if (rows.length > 0) parts.push(formatRows(rows, ['', 'cell', 'new / old', '95 %']));
  for (const { id, outcome, reason } of broken) parts.push(`${outcome.toUpperCase()} ${id}: ${reason}`);
  const slower = moved.filter(({ verdict }) => verdict === 'slower').length;
  parts.push(
    `${formatNumber(compared.length)} cells compared: ${slower} slower, ${moved.length - slower} faster` +
      (missing.length > 0 ? `, ${missing.length} of the old run not measured now` : ''),
  );
  return parts.join('\n');
}

/** Aligned columns: the first ones left, numbers right. */
function formatRows(rows: readonly (readonly string[])[], head: readonly string[] = HEAD): string {
  const all = [head, ...rows];
  const isText = head.map((_, at) => rows.every((row) => !/^[\d.,]+( |$)/.test(row[at] ?? '')));
  const widths = head.map((_, at) => Math.max(...all.map((row) => (row[at] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, at) =>
          isText[at] ? cell.padEnd(widths[at] as number) : cell.padStart(widths[at] as number),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n');
}
