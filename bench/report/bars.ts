// What threadmap has to reach beside what a user would pick instead, and whether a run shows it. Two threads on two cores.

import type { Cell, Results } from '../harness/results.js';
import type { KeyKind } from '../subjects/subject.js';
import { type Multiple, multipleOf } from './multiples.js';

/** Whose bars these are, and whose report. */
export const OURS = 'threadmap';
/** The number of threads that all bars are for. */
export const BAR_THREADS = 2;
const GRID_WRITES = [0, 10, 50, 100];
const GRID_ENTRIES = [1_000, 100_000, 4_000_000];
/** sharedmap holds no more than 2 million. */
const SMALL_ENTRIES = [1_000, 100_000];

export interface Bar {
  /** What it is against, in words. */
  readonly against: string;
  readonly subject: string;
  /** `throughput`: ours by theirs, at least `needed`. `limit`: our multiple of the limit, at most `needed`. */
  readonly of: 'throughput' | 'limit';
  readonly cells: readonly BarCell[];
}

export interface BarCell {
  readonly writes: number;
  readonly keys: KeyKind;
  readonly entries: number;
  readonly needed: number;
}

export interface JudgedCell extends BarCell {
  /** Undefined: not measured. */
  readonly found: Multiple | undefined;
  readonly verdict: Verdict;
}
export type Verdict = 'met' | 'not met' | 'not measured';

export interface JudgedBar extends Bar {
  readonly judged: readonly JudgedCell[];
  /** Met: each cell of it was measured and met. */
  readonly verdict: Verdict;
}

interface Span {
  readonly keys: readonly KeyKind[];
  readonly writes?: readonly number[];
  readonly entries?: readonly number[];
}

function across(
  { keys, writes = GRID_WRITES, entries = GRID_ENTRIES }: Span,
  needed: (writes: number, entries: number) => number,
): BarCell[] {
  return keys.flatMap((kind) =>
    entries.flatMap((count) =>
      writes.map((share) => ({ keys: kind, writes: share, entries: count, needed: needed(share, count) })),
    ),
  );
}

/** Where all fits into the caches and little is written, Java reads plain memory in compiled code: no call, no copy. */
function beside(writes: number, entries: number): number {
  const isEasy = (entries === 1_000 && writes <= 10) || (entries === 100_000 && writes === 0);
  return isEasy ? 0.6 : 1;
}

const against = (subject: string, title: string, cells: readonly BarCell[]): Bar => ({
  ...{ against: title, subject, of: 'throughput', cells },
});
const strings: Span = { keys: ['string'] };

/** lmdb in all the ways in which it is measured. */
const STORES = {
  ems: 'ems',
  lmdb: 'lmdb',
  'lmdb-snapshot': 'lmdb, snapshot reads',
  'lmdb-batched': 'lmdb, batched puts',
};

export const BARS: readonly Bar[] = [
  against(
    'go-sync-map',
    'Go sync.Map',
    across({ keys: ['int'] }, () => 2),
  ),
  against(
    'go-sync-map-old',
    'Go sync.Map before 1.24',
    across({ keys: ['int'] }, () => 2),
  ),
  against('java-chm', 'Java ConcurrentHashMap', across({ keys: ['int'] }, beside)),
  against(
    'sharedmap',
    'npm sharedmap, string keys',
    across({ ...strings, entries: SMALL_ENTRIES }, () => 20),
  ),
  ...Object.entries(STORES).flatMap(([name, title]) => [
    against(
      name,
      `${title}, string keys, get`,
      across({ ...strings, writes: [0] }, () => 3),
    ),
    against(
      name,
      `${title}, string keys, set`,
      across({ ...strings, writes: [100] }, () => 5),
    ),
  ]),
  against(
    'message-map-pipelined',
    'Map behind postMessage, pipelined',
    across({ keys: ['int', 'string'] }, () => 30),
  ),
  {
    ...{ against: 'the limit (two random lines), get of a number', subject: OURS, of: 'limit' },
    cells: [{ keys: 'int', writes: 0, entries: 4_000_000, needed: 1.5 }],
  },
];

/** Each bar with what the run shows of it. */
export function judgeBars({ cells }: Pick<Results, 'cells'>, bars = BARS): JudgedBar[] {
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  return bars.map((bar) => {
    const judged = bar.cells.map((cell): JudgedCell => {
      const found = find(bar, cell, byId);
      return { ...cell, found, verdict: judge(bar, cell, found) };
    });
    return { ...bar, judged, verdict: together(judged) };
  });
}

function find({ of, subject }: Bar, bar: BarCell, cells: ReadonlyMap<string, Cell>): Multiple | undefined {
  const idOf = (name: string) => [`grid-${bar.writes}`, bar.keys, bar.entries, BAR_THREADS, name].join('/');
  const ours = cells.get(idOf(OURS));
  if (of === 'throughput') return multipleOf(ours, cells.get(idOf(subject)));
  return ours?.limit && { value: ours.limit.multiple };
}

function judge({ of }: Bar, { needed }: BarCell, found: Multiple | undefined): Verdict {
  if (found === undefined) return 'not measured';
  return (of === 'limit' ? found.value <= needed : found.value >= needed) ? 'met' : 'not met';
}

function together(judged: readonly JudgedCell[]): Verdict {
  const has = (verdict: Verdict) => judged.some((cell) => cell.verdict === verdict);
  if (has('not met')) return 'not met';
  return has('not measured') ? 'not measured' : 'met';
}
