// Two runs side by side, cell by cell: what has become slower beyond the noise.

import type { Cell, LimitCell, Results } from './results.js';
import { type Interval, ratesOf, type Statistics } from './statistics.js';

/** A rate lower by less than this share is no regression, however sure: runs differ by so much in how memory happens to lie. */
export const TOLERANCE = 0.05;

export interface Compared {
  readonly id: string;
  /** New by old rate: below 1 it has become slower. */
  readonly ratio: Interval;
  readonly verdict: 'slower' | 'faster' | 'same';
}

export interface Comparison {
  readonly compared: readonly Compared[];
  /** Cells that were measured in the old run and are wrong or failed now. */
  readonly broken: readonly Cell[];
  /** Ids that are in one run only. */
  readonly missing: readonly string[];
  readonly added: readonly string[];
  /** What makes the two hard to compare: another machine, another Node. */
  readonly doubts: readonly string[];
}

/** Compares the cells that both have: another rate is one that the 95 % interval is sure of, and whose median lies beyond the tolerance. */
export function compareResults(
  old: Results,
  now: Results,
  statistics: Statistics,
  tolerance = TOLERANCE,
): Comparison {
  const before = new Map(old.cells.map((cell) => [cell.id, cell]));
  const after = new Map(now.cells.map((cell) => [cell.id, cell]));
  const compared: Compared[] = [];
  const broken: Cell[] = [];
  for (const cell of now.cells) {
    const earlier = before.get(cell.id);
    if (earlier?.throughput === undefined) continue;
    if (cell.throughput === undefined) broken.push(cell);
    else
      compared.push({
        id: cell.id,
        ...compare(ratesOf(cell.samples), ratesOf(earlier.samples), statistics, tolerance),
      });
  }
  return {
    compared,
    broken,
    missing: [...before.keys()].filter((id) => !after.has(id)),
    added: [...after.keys()].filter((id) => !before.has(id)),
    doubts: doubtsAbout(old, now, statistics),
  };
}

/** Fewer repetitions have no spread that could tell noise from change. */
export const LEAST_SAMPLES = 3;

function compare(
  now: readonly number[],
  old: readonly number[],
  statistics: Statistics,
  tolerance: number,
): Omit<Compared, 'id'> {
  const ratio = statistics.ratio(now, old);
  const isSure = Math.min(now.length, old.length) >= LEAST_SAMPLES;
  const isSlower = isSure && ratio.high < 1 && ratio.value < 1 - tolerance;
  const isFaster = isSure && ratio.low > 1 && ratio.value > 1 + tolerance;
  return { ratio, verdict: isSlower ? 'slower' : isFaster ? 'faster' : 'same' };
}

/** Limits are the machine's: where they moved, the machine did. */
function doubtsAbout(old: Results, now: Results, statistics: Statistics): string[] {
  const doubts: string[] = [];
  if (old.machine.cpu !== now.machine.cpu || old.machine.cores !== now.machine.cores)
    doubts.push(`another machine: ${old.machine.cpu}, ${old.machine.cores} cores, then`);
  if (old.machine.node !== now.machine.node)
    doubts.push(`another Node: ${old.machine.node} then, ${now.machine.node} now`);
  if (old.settings.seconds !== now.settings.seconds)
    doubts.push(`repetitions of ${old.settings.seconds} s then, of ${now.settings.seconds} s now`);
  const least = Math.min(old.settings.repetitions, now.settings.repetitions);
  if (least < LEAST_SAMPLES)
    doubts.push(`${least} repetitions: with fewer than ${LEAST_SAMPLES} nothing is called slower`);
  const moved = now.limits.filter((limit) => {
    const earlier = old.limits.find(({ id }) => id === limit.id);
    return earlier !== undefined && hasMoved(limit, earlier, statistics);
  });
  if (moved.length > 0)
    doubts.push(
      `the machine itself: ${moved.map(({ id }) => id).join(', ')} moved by more than the tolerance`,
    );
  return doubts;
}

function hasMoved(now: LimitCell, old: LimitCell, statistics: Statistics): boolean {
  return compare(ratesOf(now.samples), ratesOf(old.samples), statistics, TOLERANCE).verdict !== 'same';
}
