// Latency percentiles: the rare ones get as much room as the common ones.

import { formatTime } from '../../harness/amounts.js';
import type { CellGroup } from '../../harness/cell-groups.js';
import type { Cell, Latency } from '../../harness/results.js';
import type { Spec } from '../draw.js';
import { paint } from '../palette.js';
import { timeAxis } from './axes.js';
import { chosenGroups, headingOf } from './chosen.js';
import { type MakePlot, type Panel, Subjects } from './plot.js';

const MOST = 4;
const HEIGHT = 240;
const SHOWN = [50, 90, 99, 99.9, 99.99, 99.999];
const NAMES = { response: 'response time', service: 'service time' } as const;

interface Told {
  readonly cell: Cell;
  readonly latency: Latency;
}

export const latencyPlot: MakePlot = (results) => {
  const subjects = new Subjects(results);
  const groups = chosenGroups(results, ({ latency }) => latency.length > 0, MOST).sort(
    (a, b) => Number(isGrowth(a)) - Number(isGrowth(b)),
  );
  if (groups.length === 0) return undefined;
  const panels = groups.flatMap((group) =>
    (['response', 'service'] as const).flatMap((kind) => {
      const told = mostThreads(group.cells).flatMap((cell) =>
        cell.latency.filter((one) => one.kind === kind).map((latency) => ({ cell, latency })),
      );
      return told.length === 0 ? [] : [{ group, kind, told }];
    }),
  );
  const domain = domainOf(panels.flatMap(({ told }) => told));
  return {
    id: 'latency',
    title: 'Latency percentiles',
    caption:
      'Response time is counted from when an operation was due at a steady rate, so that a stall counts for all that it delays; service time from the operation’s own start. Each subject is asked at a rate of its own, a part of what it can do, unless one is named: the tables tell it. Both have the cost of timing in them, some tens to hundreds of nanoseconds.',
    legend: subjects.legendOf(panels.flatMap(({ told }) => told.map(({ cell }) => cell.subject))),
    panels: panels.map(
      ({ group, kind, told }): Panel => ({
        title: `${headingOf(group, results)}: ${NAMES[kind]}`,
        spec: curves(told, subjects, domain, NAMES[kind]),
        description: `${NAMES[kind]}, median and 99.9 %: ${told.map(({ cell, latency }) => `${subjects.titleOf(cell.subject)} ${at(latency, 50)} and ${at(latency, 99.9)}`).join('; ')}.`,
      }),
    ),
  };
};

/** After the others. */
const isGrowth = ({ cells }: CellGroup) => cells.some(({ growth }) => growth !== undefined);

function at({ percentiles }: Latency, percent: number): string {
  const found = percentiles.find((one) => one.percent === percent);
  return found === undefined ? 'unknown' : formatTime(found.nanoseconds);
}

/** Of each subject the cell with the most threads. */
export function mostThreads(cells: readonly Cell[]): Cell[] {
  return [
    ...new Map([...cells].sort((a, b) => a.threads - b.threads).map((cell) => [cell.subject, cell])).values(),
  ];
}

/** What a percentile tells needs operations beyond it: of 1,000 none is the 99.99 %. */
function shownOf({ percentiles, count }: Latency): Latency['percentiles'] {
  return percentiles.filter(
    ({ percent, nanoseconds }) =>
      SHOWN.includes(percent) && nanoseconds > 0 && (1 - percent / 100) * count >= 1,
  );
}

function domainOf(told: readonly Told[]): [number, number] {
  const values = told.flatMap(({ latency }) => shownOf(latency).map(({ nanoseconds }) => nanoseconds));
  return [Math.min(...values) / 1.5, Math.max(...values) * 1.5];
}

function curves(
  told: readonly Told[],
  subjects: Subjects,
  domain: readonly [number, number],
  title: string,
): Spec {
  const values = told.flatMap(({ cell, latency }) => {
    const look = subjects.lookOf(cell.subject);
    return shownOf(latency).map(({ percent, nanoseconds }) => ({
      ...{ percent: `${percent}`, nanoseconds, subject: cell.subject },
      ...{ colour: paint(look.colour), shape: look.symbol },
    }));
  });
  const literal = { scale: null, type: 'nominal' };
  const encoding = {
    x: {
      ...{ field: 'percent', type: 'ordinal', sort: SHOWN.map(String), title: 'percentile' },
      ...{
        scale: { domain: SHOWN.map(String), type: 'point', padding: 0.3 },
        axis: { labelAngle: 0, grid: true },
      },
    },
    y: {
      ...{ field: 'nanoseconds', type: 'quantitative', title },
      ...{ scale: { type: 'log', domain, nice: false }, axis: timeAxis(domain) },
    },
    stroke: { field: 'colour', ...literal },
    detail: { field: 'subject' },
  };
  return {
    height: HEIGHT,
    data: { values, format: { parse: null } },
    layer: [
      { mark: { type: 'line', strokeWidth: 2 }, encoding },
      {
        mark: { type: 'point', size: 48, opacity: 1 },
        encoding: {
          ...encoding,
          shape: { field: 'shape', ...literal },
          fill: { field: 'colour', ...literal },
        },
      },
    ],
  } as unknown as Spec;
}
