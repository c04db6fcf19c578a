// Memory per entry, of the largest maps that were measured: there the least else is in it.

import { formatAmount, formatNumber } from '../../harness/amounts.js';
import type { Cell } from '../../harness/results.js';
import { OURS } from '../bars.js';
import { KEYS } from './chosen.js';
import { mostThreads } from './latency.js';
import { type MakePlot, type Panel, Subjects } from './plot.js';
import { type Row, rowsPanel } from './rows.js';
import { describe } from './throughput.js';

const MOST = 4;

export const memoryPlot: MakePlot = (results) => {
  const subjects = new Subjects(results);
  const cells = results.cells.filter(({ memory, throughput }) => memory && throughput);
  const kinds = [...new Set(cells.map(({ keys, values }) => `${keys}/${values}`))].slice(0, MOST);
  if (kinds.length === 0) return undefined;
  const panels = kinds.map((kind) => {
    const same = cells.filter(({ keys, values }) => `${keys}/${values}` === kind);
    const entries = Math.max(...same.map((cell) => cell.entries));
    return {
      entries,
      sizes: sizesOf(same.filter((cell) => cell.entries === entries)),
      first: same[0] as Cell,
    };
  });
  const most = Math.max(...panels.flatMap(({ sizes }) => sizes.map(([, bytes]) => bytes)));
  return {
    id: 'memory',
    title: 'Memory per entry',
    caption:
      'By how much the resident size grew with the fill, divided by the entries: copies of all threads are in it. Files that a database keeps are in it as far as they are mapped. Go and Java tell what their heaps hold after a collection, which is less.',
    legend: [],
    panels: panels.map(({ entries, sizes, first: { keys, values } }): Panel => {
      const rows = sizes.map(
        ([name, bytes]): Row => ({
          title: subjects.titleOf(name),
          isOurs: name === OURS,
          figure: `${formatAmount(bytes)} B`,
          dots: [{ value: bytes, look: subjects.lookOf(name) }],
        }),
      );
      return {
        title: `${KEYS[keys]}, ${values === 'object' ? 'objects of 1 KB' : 'number values'}, ${formatNumber(entries)} entries`,
        spec: rowsPanel(rows, {
          ...{
            title: 'bytes per entry',
            format: '~f',
            domain: [0, most * 1.02],
            scale: 'linear',
            bars: true,
          },
        }),
        description: describe('Bytes per entry', rows),
      };
    }),
  };
};

/** The median over the workloads, the least first: the mix of operations comes after the fill. */
function sizesOf(cells: readonly Cell[]): [string, number][] {
  const names = [...new Set(cells.map(({ subject }) => subject))];
  const sizes = names.map((name): [string, number] => {
    const own = cells.filter(({ subject }) => subject === name);
    const most = mostThreads(own)[0]?.threads;
    const bytes = own
      .filter(({ threads }) => threads === most)
      .map(({ memory }) => memory?.bytesPerEntry ?? 0)
      .sort((a, b) => a - b);
    return [name, bytes[bytes.length >> 1] as number];
  });
  return sizes.sort(([, a], [, b]) => a - b);
}
