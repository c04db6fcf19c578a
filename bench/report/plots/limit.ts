// How near a map is to what no map in shared memory can avoid.

import { formatAmount, formatNumber } from '../../harness/amounts.js';
import { type CellGroup, groupsOf } from '../../harness/cell-groups.js';
import { OURS } from '../bars.js';
import { logDomain } from './axes.js';
import { KEYS } from './chosen.js';
import { type MakePlot, type Panel, Subjects } from './plot.js';
import { type Row, rowsPanel } from './rows.js';
import { describe } from './throughput.js';

const MAP = 'map';
const MOST_ROWS = 12;

export const limitPlot: MakePlot = (results) => {
  const subjects = new Subjects(results);
  const drawn = results.cells.filter(({ limit, subject }) => limit && [OURS, MAP].includes(subject));
  const groups = groupsOf(drawn).filter(({ cells }) => cells.some(({ subject }) => subject === OURS));
  if (groups.length === 0) return undefined;
  const kinds = [...new Set(groups.map(({ keys }) => keys))];
  const shown = kinds.map((kind) => ({ kind, groups: rowsOf(groups.filter(({ keys }) => keys === kind)) }));
  const multiples = shown.flatMap(({ groups }) =>
    groups.flatMap(({ cells }) => cells.map(({ limit }) => limit?.multiple ?? 1)),
  );
  const domain = logDomain([1, ...multiples]);
  const title = (name: string) => results.workloads.find((workload) => workload.name === name)?.title ?? name;
  return {
    id: 'limit',
    title: 'How near to the limit',
    caption:
      'The time of one operation as a multiple of what cannot be avoided, measured in the same run with the same loop: a call that reads two random cache lines of a memory as large, with string keys the key’s encoding as well. The figure is threadmap’s with the most threads; hollow: with fewer. Map has no call to make and no lines to share, and may be below 1.',
    legend: subjects.legendOf(drawn.map(({ subject }) => subject)),
    panels: shown.map(({ kind, groups }): Panel => {
      const rows = groups.map(({ workload, entries, cells }): Row => {
        const own = cells.filter(({ subject }) => subject === OURS);
        return {
          title: `${title(workload)}, ${formatNumber(entries)} entries`,
          figure: `${formatAmount(own.at(-1)?.limit?.multiple ?? 0)} ×`,
          dots: [...own, ...cells.filter(({ subject }) => subject !== OURS)].map((cell) => ({
            value: cell.limit?.multiple ?? 0,
            look: subjects.lookOf(cell.subject),
            hollow: cell.subject === OURS && cell !== own.at(-1),
          })),
        };
      });
      return {
        title: KEYS[kind],
        spec: rowsPanel(rows, { title: 'times the limit', format: '~g', domain, scale: 'log', mark: 1 }),
        description: describe('Multiples of the limit', rows),
      };
    }),
  };
};

/** The grid's, or, where it was not measured, the first ones. */
function rowsOf(groups: readonly CellGroup[]): CellGroup[] {
  const grid = groups.filter(({ workload }) => workload.startsWith('grid-'));
  return (grid.length > 0 ? grid : groups).slice(0, MOST_ROWS);
}
