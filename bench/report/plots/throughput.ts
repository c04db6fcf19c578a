// Throughput by threads, and the same as a ratio to Map: a panel for each workload, a row for each subject.

import { formatAmount } from '../../harness/amounts.js';
import type { CellGroup } from '../../harness/cell-groups.js';
import type { Cell, Results } from '../../harness/results.js';
import { OURS } from '../bars.js';
import { logDomain } from './axes.js';
import { chosenGroups, headingOf } from './chosen.js';
import { type MakePlot, type Panel, Subjects } from './plot.js';
import { type Row, type RowsAxis, rowsPanel } from './rows.js';

const BASELINE = 'map';

const rateOf = ({ throughput }: Cell) => throughput?.median ?? 0;
const toMap = ({ ratios }: Cell) => ratios.find(({ baseline }) => baseline === BASELINE);

export const throughputPlot: MakePlot = (results) => {
  const groups = chosenGroups(results, isPlain(results));
  if (groups.length === 0) return undefined;
  const axis: RowsAxis = {
    ...{ title: 'operations per second, all threads', format: '~s' },
    domain: logDomain(groups.flatMap(({ cells }) => cells.map(rateOf))),
    scale: 'log',
  };
  const subjects = new Subjects(results);
  const shared = groups.flatMap(({ cells }) => cells.filter(({ subject }) => !subjects.isSingle(subject)));
  const threads = [...new Set(shared.map((cell) => cell.threads))].sort((a, b) => a - b);
  return {
    id: 'throughput',
    title: 'Throughput by threads',
    caption: `Operations per second of all threads together, medians on a logarithmic axis. ${threadsTold(threads)}`,
    legend: [],
    panels: groups.map((group) => panelOf(group, results, axis)),
  };
};

/** Cells whose threads have a core each, of no growth: more threads and growth have plots of their own. */
function isPlain({ cells, machine }: Results): (cell: Cell) => boolean {
  const crowded = new Set(
    cells.filter(({ threads }) => threads > machine.cores).map(({ workload }) => workload),
  );
  const plain = (cell: Cell) => cell.growth === undefined && !crowded.has(cell.workload);
  return cells.some(plain) ? plain : () => true;
}

function threadsTold(threads: readonly number[]): string {
  const most = threads.at(-1);
  const single = 'Where a subject is named as of one thread, it has one.';
  if (most === undefined) return single;
  if (threads.length === 1) return `With ${most} thread${most === 1 ? '' : 's'}. ${single}`;
  return `A filled symbol, and the figure: ${most} threads; a hollow one: ${threads.slice(0, -1).join(', ')}. ${single}`;
}

function panelOf(group: CellGroup, results: Results, axis: RowsAxis): Panel {
  const subjects = new Subjects(results);
  const rows = bySubject(group, subjects, rateOf).map(([name, cells]): Row => {
    const most = cells.at(-1) as Cell;
    return {
      title: subjects.titleOf(name),
      isOurs: name === OURS,
      figure: `${formatAmount(rateOf(most) / 1e6)} M/s`,
      dots: cells.map((cell) => ({
        value: rateOf(cell),
        look: subjects.lookOf(name),
        hollow: cell !== most,
      })),
    };
  });
  return {
    title: headingOf(group, results),
    spec: rowsPanel(rows, axis),
    description: describe('Operations per second', rows),
  };
}

export const ratioPlot: MakePlot = (results) => {
  const groups = chosenGroups(results, (cell) => isPlain(results)(cell) && toMap(cell) !== undefined);
  if (groups.length === 0) return undefined;
  const subjects = new Subjects(results);
  const ratios = groups.flatMap(({ cells }) =>
    cells.map((cell) => toMap(cell) as { low: number; high: number }),
  );
  const axis: RowsAxis = {
    ...{ title: 'times one Map in one thread', format: '~g' },
    domain: logDomain([1, ...ratios.flatMap(({ low, high }) => [low, high])]),
    ...{ scale: 'log', mark: 1 },
  };
  return {
    id: 'ratio',
    title: 'Ratio to Map',
    caption:
      'The throughput of all threads by that of one Map in one thread, of the medians, each with the most threads that it was measured with; the line through a symbol is the 95 % interval of the bootstrap. Right of the dashed line is faster than a Map that nobody shares.',
    legend: [],
    panels: groups.map((group): Panel => {
      const rows = bySubject(group, subjects, (cell) => toMap(cell)?.value ?? 0).map(([name, cells]): Row => {
        const { value, low, high } = toMap(cells.at(-1) as Cell) as {
          value: number;
          low: number;
          high: number;
        };
        return {
          title: subjects.titleOf(name),
          isOurs: name === OURS,
          figure: `${formatAmount(value)} ×`,
          dots: [{ value, low, high, look: subjects.lookOf(name) }],
        };
      });
      return {
        title: headingOf(group, results),
        spec: rowsPanel(rows, axis),
        description: describe('Ratio to Map', rows),
      };
    }),
  };
};

/** The greatest first: cells of each subject, few threads first. */
export function bySubject(
  { cells }: Pick<CellGroup, 'cells'>,
  subjects: Subjects,
  figureOf: (cell: Cell) => number,
): [string, Cell[]][] {
  return subjects
    .sorted(cells.map(({ subject }) => subject))
    .map((name): [string, Cell[]] => [name, cells.filter(({ subject }) => subject === name)])
    .sort(([, a], [, b]) => figureOf(b.at(-1) as Cell) - figureOf(a.at(-1) as Cell));
}

export function describe(what: string, rows: readonly Row[]): string {
  return `${what}: ${rows.map(({ title, figure }) => `${title} ${figure}`).join('; ')}.`;
}
