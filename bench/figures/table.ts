// Lines as a Markdown table, its columns aligned for those who read it as text.

import { type Bar, type Line, passes } from './line.js';

const headOf = (base: string) => ['work', base, 'SharedMap', 'ratio', 'bar', ''];

/** The table, and below it the notes of its lines. `base` names what `map` of the lines is. */
export function formatTable(lines: readonly Line[], base: string): string {
  const head = headOf(base);
  const notes: string[] = [];
  const rows = lines.map((line) => {
    if (line.note !== undefined) notes.push(line.note);
    const mark = line.note === undefined ? '' : ` [${notes.length}]`;
    return [
      line.work + mark,
      formatAmount(line.map, line.unit),
      formatAmount(line.shared, line.unit),
      // A bar for the figure itself: it stands in its column already.
      line.value === undefined || line.value === line.shared ? '' : formatRatio(line.value),
      formatBar(line.bar),
      { true: 'PASS', false: 'below', undefined: '' }[`${passes(line)}`],
    ];
  });
  const widths = head.map((name, at) => Math.max(3, name.length, ...rows.map((row) => row[at].length)));
  const format = (row: readonly string[]) =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`;
  const table = [format(head), format(widths.map((width) => '-'.repeat(width))), ...rows.map(format)];
  return [table.join('\n'), ...notes.map((note, at) => `[${at + 1}] ${note}`)].join('\n\n');
}

function formatAmount(amount: number | undefined, unit: string): string {
  return amount === undefined ? '' : `${formatNumber(amount)} ${unit}`.trimEnd();
}

function formatBar(bar: Bar | undefined): string {
  if (bar === undefined) return '';
  return 'atLeast' in bar ? `≥ ${formatBarNumber(bar.atLeast)}` : `≤ ${formatBarNumber(bar.atMost)}`;
}

function formatBarNumber(bar: number): string {
  return bar.toLocaleString('en-US');
}

/** Two decimals, cut off: what is below its bar must not be rounded up to it. */
function formatRatio(ratio: number): string {
  return ratio >= 100 ? formatNumber(Math.floor(ratio)) : (Math.floor(ratio * 100) / 100).toFixed(2);
}

/** Three digits, or all before the point. */
function formatNumber(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
