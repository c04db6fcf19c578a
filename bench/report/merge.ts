// A grid that takes hours is measured in parts: several results as one.

import { BenchError } from '../harness/needs.js';
import type { Cell, Machine, Ratio, Results } from '../harness/results.js';
import { ratesOf, type Statistics } from '../harness/statistics.js';

/** A cell that several runs have is that of the run that began last. Throws BenchError for runs of different machines. */
export function mergeResults(runs: readonly Results[], statistics: Statistics): Results {
  const [first, ...others] = runs.map(withRuns).sort((a, b) => a.started.localeCompare(b.started));
  if (first === undefined) throw new BenchError('Name at least one results.json');
  return others.reduce((merged, next) => mergeTwo(merged, next, statistics), first);
}

/** Each cell with its run, and how that was measured as a paragraph. */
function withRuns(results: Results): Results {
  const { started, settings, cells } = results;
  if (cells.some(({ run }) => run !== undefined)) return results;
  const { repetitions, seconds } = settings;
  return {
    ...results,
    cells: cells.map((cell) => ({ ...cell, run: started })),
    notes: [
      ...(results.notes ?? []),
      `The run of ${started}, ${cells.length} cells: ${repetitions} repetitions of ${seconds} s where no number of operations is fixed.`,
    ],
  };
}

function mergeTwo(old: Results, next: Results, statistics: Statistics): Results {
  const difference = differenceOf(old.machine, next.machine);
  if (difference !== undefined)
    throw new BenchError(
      `The runs of ${old.started} and ${next.started} cannot be merged: ${difference}. Make a report of each.`,
    );
  const workloads = byKey([...old.workloads, ...next.workloads], ({ name }) => name);
  const subjects = byKey([...old.subjects, ...next.subjects], ({ name }) => name);
  const cells = withRatios(
    latest([...old.cells, ...next.cells]),
    {
      baselines: [...new Set([...old.settings.baselines, ...next.settings.baselines])],
      singles: new Set(subjects.filter(({ sharing }) => sharing === 'single').map(({ name }) => name)),
    },
    statistics,
  );
  const measured = new Set(cells.map(({ workload, subject }) => `${workload}/${subject}`));
  return {
    ...next,
    started: old.started,
    seconds: old.seconds + next.seconds,
    complete: old.complete && next.complete,
    notes: [...new Set([...(old.notes ?? []), ...(next.notes ?? [])])],
    method: [...new Set([...old.method, ...next.method])],
    workloads,
    subjects,
    cells,
    limits: byKey([...old.limits, ...next.limits], ({ id }) => id),
    leftOut: byKey(
      [...old.leftOut, ...next.leftOut].filter(
        ({ workload, subject }) => !measured.has(`${workload}/${subject}`),
      ),
      ({ workload, subject, reason }) => JSON.stringify([workload, subject, reason]),
    ),
  };
}

/** The last one of each key, at the place of the first one. */
function byKey<T>(list: readonly T[], keyOf: (one: T) => string): T[] {
  return [...new Map(list.map((one) => [keyOf(one), one])).values()];
}

/** Of each cell that of its latest run, at the place of the first one. */
function latest(cells: readonly Cell[]): Cell[] {
  const runOf = ({ run = '' }: Cell) => run;
  const last = new Map<string, Cell>();
  for (const cell of cells) {
    const known = last.get(cell.id);
    if (known === undefined || runOf(known) <= runOf(cell)) last.set(cell.id, cell);
  }
  return [...last.values()];
}

function differenceOf(one: Machine, other: Machine): string | undefined {
  for (const fact of ['cpu', 'cores', 'memoryBytes', 'system', 'node'] as const)
    if (one[fact] !== other[fact]) return `${fact} is ${one[fact]} in one and ${other[fact]} in the other`;
  return undefined;
}

interface Baselines {
  readonly baselines: readonly string[];
  /** Those that run in one thread, whatever the threads of the others. */
  readonly singles: ReadonlySet<string>;
}

/** Ratios anew: what a cell was compared with may be of another run now, which says nothing of this one. */
function withRatios(
  cells: readonly Cell[],
  { baselines, singles }: Baselines,
  statistics: Statistics,
): Cell[] {
  const placeOf = ({ workload, keys, entries, threads }: Cell, subject: string) =>
    [workload, keys, entries, singles.has(subject) ? '' : threads, subject].join('/');
  const measured = cells.filter(({ throughput }) => throughput !== undefined);
  const places = new Map(measured.map((cell) => [placeOf(cell, cell.subject), cell]));
  return cells.map((cell) => {
    if (cell.throughput === undefined) return cell;
    const ratios = baselines.flatMap((baseline): Ratio[] => {
      const of = places.get(placeOf(cell, baseline));
      if (of === undefined || of.run !== cell.run || baseline === cell.subject) return [];
      return [{ baseline, of: of.id, ...statistics.ratio(ratesOf(cell.samples), ratesOf(of.samples)) }];
    });
    return { ...cell, ratios };
  });
}
