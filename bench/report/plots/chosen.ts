// Which cells are drawn: the grid alone has dozens of groups, and a page with a panel for each is read by nobody. All are in the tables.

import { formatNumber } from '../../harness/amounts.js';
import { type CellGroup, groupsOf } from '../../harness/cell-groups.js';
import type { Cell, Results } from '../../harness/results.js';

/** Panels of a plot. */
const MOST = 6;

/** Measured cells, in groups: of each workload one, with its middle number of entries, and then its other kinds of keys. */
export function chosenGroups(results: Results, fits: (cell: Cell) => boolean, most = MOST): CellGroup[] {
  const groups = groupsOf(results.cells.filter((cell) => cell.throughput !== undefined && fits(cell)));
  const order = results.workloads.map(({ name }) => name);
  const byWorkload = new Map<string, CellGroup[]>();
  for (const group of groups) {
    const { workload } = group;
    byWorkload.set(workload, [...(byWorkload.get(workload) ?? []), group]);
  }
  const candidates = [...byWorkload.values()].map((list) => {
    const kinds = [...new Set(list.map(({ keys }) => keys))];
    return kinds.map((kind) => middle(list.filter(({ keys }) => keys === kind)));
  });
  const longest = Math.max(0, ...candidates.map((list) => list.length));
  const turns = Array.from({ length: longest }, (_, turn) => candidates.flatMap((list) => list[turn] ?? []));
  return turns
    .flat()
    .slice(0, most)
    .sort((a, b) => order.indexOf(a.workload) - order.indexOf(b.workload) || a.keys.localeCompare(b.keys));
}

function middle(groups: readonly CellGroup[]): CellGroup {
  const sorted = [...groups].sort((a, b) => a.entries - b.entries);
  return sorted[Math.floor((sorted.length - 1) / 2)] as CellGroup;
}

/** What a panel is headed by. */
export function headingOf({ workload, keys, entries }: Omit<CellGroup, 'cells'>, results: Results): string {
  const title = results.workloads.find(({ name }) => name === workload)?.title ?? workload;
  return `${title}; ${KEYS[keys]}, ${formatNumber(entries)} entries`;
}

export const KEYS = {
  ...{ int: 'int keys', string: 'string keys', fresh: 'new strings', long: 'long keys' },
} as const;
