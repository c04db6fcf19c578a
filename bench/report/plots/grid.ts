// The grid of entries and writes: threadmap's throughput by each peer's, in colours that say on which side of the bar it is.

import { formatAmount, formatNumber } from '../../harness/amounts.js';
import type { Cell } from '../../harness/results.js';
import { BARS, OURS } from '../bars.js';
import type { Spec } from '../draw.js';
import { multipleOf } from '../multiples.js';
import { type Colour, paint } from '../palette.js';
import { KEYS } from './chosen.js';
import { type MakePlot, type Panel, Subjects } from './plot.js';

const ROW = 30;
/** Steps of the colours, as shares of the bar: from so much on. */
const STEPS: readonly (readonly [from: number, Colour])[] = [
  [8, 'step-5'],
  [2, 'step-4'],
  [1, 'step-3'],
  [0.5, 'step-2'],
  [0, 'step-1'],
];

interface Square {
  readonly writes: string;
  readonly row: string;
  readonly told: string;
  readonly colour: string;
}

export const gridPlot: MakePlot = (results) => {
  const subjects = new Subjects(results);
  const cells = results.cells.filter(({ workload }) => /^grid-\d+$/.test(workload));
  const peers = peersOf(cells, subjects);
  if (peers.length === 0) return undefined;
  const panels = peers.flatMap((peer): Panel[] => {
    const squares = squaresOf(cells, peer, subjects);
    if (squares.length === 0) return [];
    return [
      {
        title: `Beside ${subjects.titleOf(peer)}${barOf(peer)}`,
        spec: heat(squares),
        description: `threadmap beside ${subjects.titleOf(peer)}: ${squares.map(({ row, writes, told }) => `${row}, ${writes} writes: ${told}`).join('; ')}.`,
      },
    ];
  });
  if (panels.length === 0) return undefined;
  return {
    id: 'grid',
    title: 'Entries by writes, against each peer',
    caption:
      'How many times the throughput of the other one threadmap has, with the most threads that both were measured with. Blue is at or above the bar (1 where there is none), stronger from twice and again from eight times the bar on; orange is below it, strong below half of it.',
    legend: [],
    panels,
  };
};

/** Those with a bar first, the bound last. */
function peersOf(cells: readonly Cell[], subjects: Subjects): string[] {
  const names = subjects.sorted(cells.map(({ subject }) => subject)).filter((name) => name !== OURS);
  const bounds = ['map', 'private-map'];
  const place = (name: string) => {
    const bar = BARS.findIndex(({ subject }) => subject === name);
    if (bar >= 0) return bar;
    return BARS.length + bounds.indexOf(name) + 1;
  };
  return names.sort((a, b) => place(a) - place(b));
}

function barOf(peer: string): string {
  const needed = [
    ...new Set(
      BARS.filter(({ subject, of }) => subject === peer && of === 'throughput').flatMap(({ cells }) =>
        cells.map((cell) => cell.needed),
      ),
    ),
  ].sort((a, b) => a - b);
  return needed.length === 0 ? '' : `; bar ${needed.join(' or ')} ×`;
}

function squaresOf(cells: readonly Cell[], peer: string, subjects: Subjects): Square[] {
  const theirs = cells.filter(({ subject }) => subject === peer);
  const ours = cells.filter(({ subject }) => subject === OURS);
  const most = Math.max(
    ...ours
      .map(({ threads }) => threads)
      .filter((threads) => subjects.isSingle(peer) || theirs.some((cell) => cell.threads === threads)),
  );
  return ours
    .filter(({ threads }) => threads === most)
    .flatMap((cell): Square[] => {
      const other = theirs.find(
        ({ workload, keys, entries, threads }) =>
          workload === cell.workload &&
          keys === cell.keys &&
          entries === cell.entries &&
          (threads === most || subjects.isSingle(peer)),
      );
      const multiple = multipleOf(cell, other);
      if (multiple === undefined) return [];
      const writes = Number(cell.workload.slice('grid-'.length));
      const share = multiple.value / neededOf(peer, cell, writes);
      const colour = (STEPS.find(([from]) => share >= from) ?? [0, 'step-1' as const])[1];
      return [
        {
          writes: `${writes} %`,
          row: `${KEYS[cell.keys].replace(/ keys$/, '')}, ${formatNumber(cell.entries)}`,
          told: `${formatAmount(multiple.value)} ×`,
          colour: paint(colour),
        },
      ];
    });
}

function neededOf(peer: string, { keys, entries }: Cell, writes: number): number {
  const bars = BARS.filter(({ subject, of }) => subject === peer && of === 'throughput');
  const cells = bars.flatMap((bar) => bar.cells);
  const own = cells.find((bar) => bar.keys === keys && bar.entries === entries && bar.writes === writes);
  return own?.needed ?? 1;
}

function heat(squares: readonly Square[]): Spec {
  const columns = [...new Set(squares.map(({ writes }) => writes))].sort(
    (a, b) => parseInt(a, 10) - parseInt(b, 10),
  );
  const rows = [...new Set(squares.map(({ row }) => row))];
  const axis = { labelAngle: 0, labelLimit: 0 };
  const encoding = {
    x: {
      field: 'writes',
      type: 'nominal',
      sort: columns,
      title: 'share of writes',
      axis: { ...axis, orient: 'top' },
    },
    y: { field: 'row', type: 'nominal', sort: rows, title: null, axis },
  };
  return {
    height: rows.length * ROW,
    data: { values: squares },
    encoding,
    layer: [
      {
        mark: { type: 'rect', stroke: paint('panel'), strokeWidth: 2, cornerRadius: 3 },
        encoding: { fill: { field: 'colour', type: 'nominal', scale: null } },
      },
      { mark: { type: 'text' }, encoding: { text: { field: 'told' } } },
    ],
  } as unknown as Spec;
}
