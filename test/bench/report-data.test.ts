import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packResults } from '../../bench/harness/columns.js';
import type { Results } from '../../bench/harness/results.js';
import { readResults, writeResults } from '../../bench/harness/results-file.js';
import { Statistics } from '../../bench/harness/statistics.js';
import { BARS, judgeBars } from '../../bench/report/bars.js';
import { mergeResults } from '../../bench/report/merge.js';
import { multipleOf } from '../../bench/report/multiples.js';
import { besideOf, cellOf, makeResults } from './fixtures/results.js';

describe('bars', () => {
  const go = () => BARS.find(({ subject }) => subject === 'go-sync-map') as (typeof BARS)[number];
  const cellsOf = (factor: (workload: string) => number) =>
    go().cells.flatMap(({ writes, keys, entries }) => {
      const at = { workload: `grid-${writes}`, keys, entries };
      return [
        cellOf({ ...at, rate: 1e7 }),
        besideOf({ ...at, subject: 'go-sync-map', rate: 1e7 / factor(at.workload) }, 1e7),
      ];
    });
  const judge = (cells: Results['cells']) => judgeBars({ cells }, [go()])[0];

  test('are those of the grid: 12 cells for Go, Java lower where reads are easy', () => {
    expect(go().cells.map(({ needed }) => needed)).toEqual(Array.from({ length: 12 }, () => 2));
    const java = BARS.find(({ subject }) => subject === 'java-chm');
    const low = java?.cells
      .filter(({ needed }) => needed === 0.6)
      .map(({ writes, entries }) => [writes, entries]);
    expect(low).toEqual([
      [0, 1000],
      [10, 1000],
      [0, 100_000],
    ]);
    expect(java?.cells.filter(({ needed }) => needed === 1)).toHaveLength(9);
  });

  test('are met when each cell is, at the bar too', () => {
    expect(judge(cellsOf(() => 2))?.verdict).toBe('met');
    expect(judge(cellsOf(() => 3))?.judged.every(({ verdict }) => verdict === 'met')).toBe(true);
  });

  test('are not met when one cell is below', () => {
    const judged = judge(cellsOf((workload) => (workload === 'grid-50' ? 1.99 : 3)));
    expect(judged?.verdict).toBe('not met');
    expect(judged?.judged.filter(({ verdict }) => verdict === 'not met').map(({ writes }) => writes)).toEqual(
      [50, 50, 50],
    );
  });

  test('are not measured when a cell is missing, or is wrong', () => {
    const cells = cellsOf(() => 3);
    expect(judge(cells.slice(2))?.verdict).toBe('not measured');
    const wrong = cells.map((cell) => {
      const { throughput: _, ...rest } = cell;
      return cell.subject === 'go-sync-map' && cell.entries === 1000
        ? { ...rest, outcome: 'wrong' as const }
        : cell;
    });
    expect(judge(wrong)?.judged.filter(({ verdict }) => verdict === 'not measured')).toHaveLength(4);
    expect(judgeBars({ cells: [] }).every(({ verdict }) => verdict === 'not measured')).toBe(true);
  });

  test('of the limit are at most', () => {
    const limit = BARS.filter(({ of }) => of === 'limit');
    const at = (multiple: number) =>
      judgeBars(
        { cells: [cellOf({ entries: 4_000_000 }, { limit: { of: 'two lines', multiple } })] },
        limit,
      )[0]?.verdict;
    expect([at(1.5), at(1.51)]).toEqual(['met', 'not met']);
  });

  test('turn a ratio round with its interval', () => {
    const ours = cellOf({ rate: 1e7 });
    const theirs = besideOf({ subject: 'lmdb', rate: 2e6 }, 1e7);
    const found = multipleOf(ours, theirs);
    expect(found?.value).toBeCloseTo(5);
    expect(found?.low).toBeCloseTo(5 / 1.1);
    expect(found?.high).toBeCloseTo(5 / 0.9);
    expect(multipleOf(ours, cellOf({ subject: 'ems', rate: 5e6 }))).toEqual({ value: 2 });
    expect(multipleOf(ours, undefined)).toBe(undefined);
  });
});

describe('several runs as one', () => {
  let statistics: Statistics;
  beforeAll(async () => {
    statistics = await Statistics.load();
  });
  const run = (started: string, cells: Results['cells'], more: Partial<Results> = {}): Results => ({
    ...{ ...makeResults(), started, cells, leftOut: [] },
    ...more,
  });

  test('have the cells of all, and of one in both that of the later run', () => {
    const early = run('2026-01-01', [cellOf({ rate: 1e6 }), cellOf({ subject: 'lmdb', rate: 5 })]);
    const late = run('2026-01-02', [
      cellOf({ rate: 2e6 }),
      cellOf({ subject: 'map', threads: 1, rate: 1e6 }),
    ]);
    for (const order of [
      [early, late],
      [late, early],
    ]) {
      const merged = mergeResults(order, statistics);
      expect(merged.cells.map(({ id }) => id)).toEqual(
        ['2/threadmap', '2/lmdb', '1/map'].map((end) => `grid-0/int/1000/${end}`),
      );
      expect(merged.cells[0]?.throughput?.median).toBe(2e6);
      expect(merged.started).toBe('2026-01-01');
      expect(merged.seconds).toBe(2 * early.seconds);
      expect(merged.method).toEqual(early.method);
      expect(merged.subjects).toHaveLength(early.subjects.length);
    }
  });

  test('have ratios of one run only, of a baseline with as many threads or of one with a single thread', () => {
    const merged = mergeResults(
      [
        run('2026-01-01', [
          cellOf({ subject: 'map', threads: 1, rate: 1e6 }),
          cellOf({ threads: 1, rate: 7 }),
          cellOf({ rate: 3e6 }),
        ]),
        run('2026-01-02', [cellOf({ rate: 4e6 }), cellOf({ subject: 'lmdb', rate: 1e6 })]),
        run('2026-01-03', [
          cellOf({ subject: 'map', threads: 1, entries: 500, rate: 1e6 }),
          cellOf({ entries: 500, rate: 5e6 }),
        ]),
      ],
      statistics,
    );
    const ratiosOf = (id: string) =>
      merged.cells.find((cell) => cell.id === id)?.ratios.map(({ of, value }) => [of, value]);
    expect(ratiosOf('grid-0/int/1000/1/threadmap')).toEqual([['grid-0/int/1000/1/map', 7e-6]]);
    // Measured again later, without Map.
    expect(ratiosOf('grid-0/int/1000/2/threadmap')).toEqual([]);
    expect(ratiosOf('grid-0/int/1000/2/lmdb')).toEqual([['grid-0/int/1000/2/threadmap', 0.25]]);
    expect(ratiosOf('grid-0/int/500/2/threadmap')).toEqual([['grid-0/int/500/1/map', 5]]);
    expect(multipleOf(merged.cells[0], merged.cells[2])).toBeUndefined();
  });

  test('that were merged before keep the run of each cell', () => {
    const [a, b, c] = ['2026-01-01', '2026-01-02', '2026-01-03'].map((day, at) =>
      run(day, at === 0 ? [cellOf({ subject: 'map', rate: 1 })] : [cellOf({ rate: at })]),
    ) as [Results, Results, Results];
    const merged = mergeResults([mergeResults([a, c], statistics), b], statistics);
    expect(merged.cells.map(({ run: of, throughput }) => [of, throughput?.median])).toEqual([
      ['2026-01-01', 1],
      ['2026-01-03', 2],
    ]);
  });

  test('forget what was left out and has been measured since', () => {
    const reasons = [
      { workload: 'grid-0', subject: 'lmdb', reason: 'not installed' },
      { workload: 'grid-0', subject: 'ems', reason: 'not installed' },
    ];
    const merged = mergeResults(
      [
        run('2026-01-01', [], { leftOut: reasons }),
        run('2026-01-02', [cellOf({ subject: 'lmdb' })], { leftOut: reasons }),
      ],
      statistics,
    );
    expect(merged.leftOut).toEqual([reasons[1]]);
  });

  test('of two machines are refused', () => {
    const other = { ...makeResults().machine, node: '26.0.0' };
    expect(() =>
      mergeResults([run('2026-01-01', []), run('2026-01-02', [], { machine: other })], statistics),
    ).toThrow(/cannot be merged: node is 20.19.0 in one and 26.0.0 in the other/);
  });
});

describe('results in few bytes', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'threadmap-results-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('are read as what was written, but for the digits and the windows', () => {
    const results = makeResults();
    const file = join(folder, 'results.json');
    writeResults(file, results, { small: true });
    const read = readResults(file);
    expect(readFileSync(file, 'utf8').length).toBeLessThan(JSON.stringify(results).length * 0.7);
    expect(read.cells.map(({ id }) => id)).toEqual(results.cells.map(({ id }) => id));
    for (const [at, cell] of results.cells.entries()) {
      const { growth, samples, ...found } = read.cells[at] as (typeof read.cells)[number];
      expect(found).toMatchObject(rounded({ ...cell, growth: undefined, samples: undefined }));
      expect(samples).toEqual(rounded(cell.samples));
      expect(growth?.longestNanoseconds).toBe(cell.growth?.longestNanoseconds);
      expect(growth?.windows.length ?? 0).toBeLessThanOrEqual(150);
    }
    expect(read.limits[0]?.samples).toEqual(rounded(results.limits[0]?.samples));
    // Once more changes nothing.
    expect(packResults(read)).toBe(packResults(results));
  });
});

/** As the file has it: four digits of what is no whole number, and of counts of operations. */
function rounded<T>(value: T): T {
  const text = JSON.stringify(value, (key, inner) =>
    typeof inner === 'number' && (!Number.isInteger(inner) || key === 'operations')
      ? Number(inner.toPrecision(4))
      : key === 'perThread'
        ? inner.map((count: number) => Number(count.toPrecision(4)))
        : inner,
  );
  return JSON.parse(text) as T;
}
