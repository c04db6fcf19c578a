// More threads than cores: what becomes of the throughput when whoever holds a lock may lose its processor.

import { formatAmount } from '../../harness/amounts.js';
import type { CellGroup } from '../../harness/cell-groups.js';
import type { Results } from '../../harness/results.js';
import type { Spec } from '../draw.js';
import { paint } from '../palette.js';
import { decades, logDomain } from './axes.js';
import { chosenGroups, headingOf } from './chosen.js';
import { type MakePlot, type Panel, Subjects } from './plot.js';

const MOST = 4;
const HEIGHT = 240;

export const oversubscriptionPlot: MakePlot = (results) => {
  const subjects = new Subjects(results);
  const { cores } = results.machine;
  const crowded = new Set(
    results.cells.filter(({ threads }) => threads > cores).map(({ workload }) => workload),
  );
  const groups = chosenGroups(
    results,
    ({ workload, threads, subject }) =>
      crowded.has(workload) && threads >= cores && !subjects.isSingle(subject),
    MOST,
  );
  if (groups.length === 0) return undefined;
  const domain = logDomain(
    groups.flatMap(({ cells }) => cells.map(({ throughput }) => throughput?.median ?? 0)),
  );
  return {
    id: 'oversubscription',
    title: 'More threads than cores',
    caption: `Throughput of all threads together by the number of threads for each of the ${cores} cores. A level line loses nothing.`,
    legend: subjects.legendOf(groups.flatMap(({ cells }) => cells.map(({ subject }) => subject))),
    panels: groups.map(
      (group): Panel => ({
        title: headingOf(group, results),
        spec: lines(group, results, domain),
        description: describe(group, results),
      }),
    ),
  };
};

function describe({ cells }: CellGroup, results: Results): string {
  const subjects = new Subjects(results);
  const told = subjects.sorted(cells.map(({ subject }) => subject)).map((name) => {
    const own = cells.filter(({ subject }) => subject === name);
    return `${subjects.titleOf(name)} ${own.map(({ threads, throughput }) => `${formatAmount((throughput?.median ?? 0) / 1e6)} with ${threads}`).join(', ')}`;
  });
  return `Million operations per second by threads: ${told.join('; ')}.`;
}

function lines({ cells }: CellGroup, results: Results, domain: readonly [number, number]): Spec {
  const subjects = new Subjects(results);
  const { cores } = results.machine;
  const values = cells.map(({ subject, threads, throughput }) => {
    const look = subjects.lookOf(subject);
    return {
      ...{ perCore: threads / cores, rate: throughput?.median, subject },
      ...{ colour: paint(look.colour), shape: look.symbol },
    };
  });
  const literal = { scale: null, type: 'nominal' };
  const encoding = {
    x: {
      ...{ field: 'perCore', type: 'quantitative', title: 'threads per core' },
      scale: { type: 'log', base: 2, nice: false },
      axis: { values: [...new Set(values.map(({ perCore }) => perCore))], format: '~g' },
    },
    y: {
      ...{ field: 'rate', type: 'quantitative', title: 'operations per second' },
      ...{ scale: { type: 'log', domain, nice: false }, axis: { format: '~s', values: decades(domain) } },
    },
    stroke: { field: 'colour', ...literal },
    detail: { field: 'subject' },
  };
  return {
    height: HEIGHT,
    data: { values },
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
