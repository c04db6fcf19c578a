// Bars as tables, with what a run shows of each.

import { formatAmount, formatNumber } from '../harness/amounts.js';
import type { JudgedBar, JudgedCell } from './bars.js';
import { html, type Markup } from './markup.js';
import { KEYS } from './plots/chosen.js';
import { table } from './tables.js';

function verdictMark(verdict: JudgedBar['verdict']): Markup {
  const sign = { met: '✓ met', 'not met': '✗ not met', 'not measured': '– not measured' }[verdict];
  return html`<span class="${verdict.replace(' ', '-')}">${sign}</span>`;
}

export function barsTable(bars: readonly JudgedBar[]): Markup {
  return table(
    'Bars: what threadmap has to reach with two threads on two cores',
    ['against', 'verdict', 'bar', 'least found', 'where', 'cells met'],
    bars.map((bar) => {
      const worst = worstOf(bar);
      const measured = bar.judged.filter(({ found }) => found !== undefined);
      const met = bar.judged.filter(({ verdict }) => verdict === 'met');
      return [
        bar.against,
        verdictMark(bar.verdict),
        neededOf(bar),
        worst === undefined ? '' : foundOf(worst),
        worst === undefined ? '' : placeOf(worst),
        `${met.length} of ${bar.judged.length}${measured.length < bar.judged.length ? `, ${measured.length} measured` : ''}`,
      ];
    }),
    [1, 4],
  );
}

const placeOf = ({ writes, keys, entries }: JudgedCell) =>
  `${writes} % writes, ${KEYS[keys]}, ${formatNumber(entries)}`;

export function neededOf({ of, cells }: JudgedBar): string {
  const needed = [...new Set(cells.map((cell) => cell.needed))].sort((a, b) => b - a);
  return `${of === 'limit' ? '≤' : '≥'} ${needed.join(' or ')} ×`;
}

/** The cell that is farthest from its bar. */
export function worstOf({ of, judged }: JudgedBar): JudgedCell | undefined {
  const share = ({ found, needed }: JudgedCell) =>
    of === 'limit' ? needed / (found?.value ?? 1) : (found?.value ?? 1) / needed;
  return judged.filter(({ found }) => found !== undefined).sort((a, b) => share(a) - share(b))[0];
}

export function foundOf({ found }: JudgedCell): string {
  if (found === undefined) return '';
  const { value, low, high } = found;
  const interval =
    low === undefined || high === undefined ? '' : ` (${formatAmount(low)} to ${formatAmount(high)})`;
  return `${formatAmount(value)} ×${interval}`;
}

/** Each cell of a bar, for who looks closer. */
export function barCellsTable(bar: JudgedBar): Markup {
  return table(
    `${bar.against}, cell by cell`,
    ['cell', 'verdict', 'bar', 'found, 95 %'],
    bar.judged.map((cell) => [
      placeOf(cell),
      verdictMark(cell.verdict),
      `${bar.of === 'limit' ? '≤' : '≥'} ${cell.needed} ×`,
      foundOf(cell),
    ]),
    [1],
  );
}
