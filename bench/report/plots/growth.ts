// Pauses of growth over time: the longest operation of each moment, beside Map's.

import { formatNumber, formatTime } from '../../harness/amounts.js';
import { groupsOf } from '../../harness/cell-groups.js';
import type { Cell, GrowthWindow } from '../../harness/results.js';
import type { Spec } from '../draw.js';
import { paint } from '../palette.js';
import { timeAxis } from './axes.js';
import { mostThreads } from './latency.js';
import { type MakePlot, type Panel, Subjects } from './plot.js';

/** Groups of cells that are drawn. */
const MOST = 2;
const HEIGHT = 170;
/** Times the longest pause that the axis goes on, so that its figure is within. */
const ROOM = 8;
/** Moments in a panel: about as many as it has pixels to tell them apart. */
const MOMENTS = 150;
/** Subjects that are drawn: the others' longest pauses are in the tables. */
const DRAWN = ['threadmap', 'map'];

export const growthPlot: MakePlot = (results) => {
  const subjects = new Subjects(results);
  const groups = groupsOf(results.cells.filter(({ growth, throughput }) => growth && throughput))
    .map((group) => ({ ...group, cells: drawnOf(group.cells) }))
    .slice(0, MOST);
  if (groups.length === 0) return undefined;
  const all = groups.flatMap(({ cells }) => cells.flatMap((cell) => cell.growth?.windows ?? []));
  const longest = all.map(({ longestNanoseconds }) => longestNanoseconds).filter((value) => value > 0);
  const domain: [number, number] = [
    10 ** Math.floor(Math.log10(Math.min(...longest))),
    Math.max(...longest) * ROOM,
  ];
  return {
    id: 'growth',
    title: 'Growth pauses over time',
    caption:
      'New keys are inserted from empty on; each line is the longest single insert of its moment, on a logarithmic axis. Where a table is moved as a whole, an insert waits for all of it; what else the machine does shows too.',
    legend: [],
    pairs: true,
    panels: groups.flatMap(({ cells, entries, workload }) => {
      const seconds = Math.max(...cells.map(lengthOf));
      return cells.map(
        (cell): Panel => ({
          title: `${subjects.titleOf(cell.subject)}${cell.threads > 1 ? `, ${cell.threads} threads` : ''}: ${workload} to ${formatNumber(entries)}`,
          spec: pauses(cell, paint(subjects.lookOf(cell.subject).colour), domain, seconds),
          description: `The longest insert took ${formatTime(cell.growth?.longestNanoseconds ?? 0)}.`,
        }),
      );
    }),
  };
};

function drawnOf(cells: readonly Cell[]): Cell[] {
  const all = mostThreads(cells);
  const drawn = DRAWN.flatMap((name) => all.find(({ subject }) => subject === name) ?? []);
  return drawn.length > 0 ? drawn : all.slice(0, DRAWN.length);
}

function lengthOf({ growth }: Cell): number {
  const last = growth?.windows.at(-1);
  return last === undefined ? 0 : (last.milliseconds + (growth?.windowMilliseconds ?? 0)) / 1000;
}

function pauses(cell: Cell, colour: string, domain: readonly [number, number], seconds: number): Spec {
  const moments = inMoments(cell.growth?.windows ?? [], (seconds * 1000) / MOMENTS);
  const values = moments.map(({ milliseconds, longestNanoseconds }) => ({
    ...{ seconds: milliseconds / 1000, longest: longestNanoseconds, floor: domain[0] },
  }));
  const top = values.reduce((most, one) => (one.longest > most.longest ? one : most), {
    ...{ seconds: 0, longest: 0, floor: 0 },
  });
  const x = {
    ...{ field: 'seconds', type: 'quantitative', title: 'seconds since the start' },
    ...{ scale: { domain: [0, seconds], nice: false }, axis: { grid: false, tickCount: 5 } },
  };
  const y = {
    ...{ field: 'longest', type: 'quantitative', title: 'longest insert' },
    ...{ scale: { type: 'log', domain, nice: false, clamp: true }, axis: timeAxis(domain) },
  };
  const isLate = top.seconds > seconds / 2;
  return {
    height: HEIGHT,
    layer: [
      {
        data: { values: values.filter(({ longest }) => longest > 0) },
        mark: { type: 'rule', stroke: colour, strokeWidth: 1.6 },
        encoding: { x, y: { ...y, field: 'floor' }, y2: { field: 'longest' } },
      },
      {
        data: { values: [{ ...top, told: formatTime(top.longest) }] },
        mark: { type: 'text', align: isLate ? 'right' : 'left', dy: -9, fontWeight: 600 },
        encoding: { x, y, text: { field: 'told' } },
      },
    ],
  } as unknown as Spec;
}

/** Windows of `width` milliseconds instead of those that were recorded, the longest operation of each. */
export function inMoments(windows: readonly GrowthWindow[], width: number): GrowthWindow[] {
  const moments = new Map<number, GrowthWindow>();
  for (const { milliseconds, operations, longestNanoseconds } of windows) {
    const at = Math.floor(milliseconds / width);
    const known = moments.get(at);
    moments.set(at, {
      milliseconds: known?.milliseconds ?? milliseconds,
      operations: (known?.operations ?? 0) + operations,
      longestNanoseconds: Math.max(known?.longestNanoseconds ?? 0, longestNanoseconds),
    });
  }
  return [...moments.values()];
}
