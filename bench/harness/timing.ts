// Timing each single operation, for latencies. A get may take 20 ns, and timing it 200: what is recorded has that in it, and the
// result names the cost.

import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks';
import type { GrowthWindow } from './results.js';

/** Windows in which the longest operation is kept, ms: a hundred and more over the seconds of a growth. */
export const WINDOW = 10;
/** An hour: nothing is longer. */
const HIGHEST = 3.6e12;
const PROBES = 10_000;

export const nowNanoseconds = () => performance.now() * 1e6;

export function makeHistogram(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: HIGHEST, figures: 3 });
}

/** Records latencies, and the longest one of each window of time. */
export class Timing {
  readonly histogram = makeHistogram();
  readonly #start: number;
  readonly #windows: { operations: number; longestNanoseconds: number }[] = [];

  constructor(start: number) {
    this.#start = start;
  }

  record(end: number, nanoseconds: number): void {
    this.histogram.record(Math.max(1, Math.round(nanoseconds)));
    const at = Math.floor((end - this.#start) / (WINDOW * 1e6));
    while (this.#windows.length <= at) this.#windows.push({ operations: 0, longestNanoseconds: 0 });
    const window = this.#windows[at] as { operations: number; longestNanoseconds: number };
    window.operations++;
    if (nanoseconds > window.longestNanoseconds) window.longestNanoseconds = nanoseconds;
  }

  windows(): GrowthWindow[] {
    return this.#windows.map((window, at) => ({ milliseconds: at * WINDOW, ...window }));
  }
}

/** The windows of several threads as one: operations add up, the longest is the longest of all. */
export function mergeWindows(threads: readonly (readonly GrowthWindow[])[]): GrowthWindow[] {
  const length = Math.max(0, ...threads.map((windows) => windows.length));
  return Array.from({ length }, (_, at) => {
    const same = threads.flatMap((windows) => windows[at] ?? []);
    return {
      milliseconds: at * WINDOW,
      operations: same.reduce((sum, { operations }) => sum + operations, 0),
      longestNanoseconds: Math.max(0, ...same.map(({ longestNanoseconds }) => longestNanoseconds)),
    };
  });
}

/** Each operation from its own start to its end; the end of one is the start of the next. */
export function runTimed(timing: Timing, run: (count: number) => void, count: number): void {
  let last = nowNanoseconds();
  for (let q = 0; q < count; q++) {
    run(1);
    const end = nowNanoseconds();
    timing.record(end, end - last);
    last = end;
  }
}

/** A schedule of starts: operation i of this thread should start at `first + i x interval`. */
export interface OpenLoop {
  readonly first: number;
  readonly interval: number;
}

/**
 * Each operation from the time at which it should have started. One that comes late does not move the others' times: a stall
 * counts for each operation that it delays, as it would for clients that go on sending. Goes on from operation `from`; returns where it stopped.
 */
export function runOpen(
  timing: Timing,
  run: (count: number) => void,
  { first, interval }: OpenLoop,
  from: number,
  count: number,
): number {
  for (let i = from; i < from + count; i++) {
    const intended = first + i * interval;
    while (nowNanoseconds() < intended);
    run(1);
    const end = nowNanoseconds();
    timing.record(end, end - intended);
  }
  return from + count;
}

/** What timing gives for an operation that does nothing, the median in nanoseconds: the clock, and noting the one before. */
export function timingCost(): number {
  const timing = new Timing(nowNanoseconds());
  runTimed(timing, () => {}, PROBES);
  return timing.histogram.percentile(50);
}
