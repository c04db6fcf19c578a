// Time per operation, side by side. A get takes 5 to 30 ns, less than one reading of a clock, and tinybench reads it
// around each call and finishes one task before the next. So the loops here are written by hand, a clock reading spans
// a million operations, and contenders take turns. From tinybench comes what it is good at: the statistics of the rounds.

import { performance } from 'node:perf_hooks';
import { medianAbsoluteDeviation, type SortedSamples } from 'tinybench';

/** Does `count` operations with keys that follow from `seed`; returns a sum of what they gave, so that none is left out. */
export type Loop = (count: number, seed: number) => number;

/** The same loop three times: with neither map, with a Map, with a SharedMap. */
export interface Contenders {
  readonly loop: Loop;
  readonly map: Loop;
  readonly shared: Loop;
}

/** Nanoseconds per operation, over the rounds. */
export interface Timing {
  readonly best: number;
  readonly median: number;
  readonly deviation: number;
}

/** Both maps' operations without the loop around them. */
export interface Comparison {
  readonly map: Timing;
  readonly shared: Timing;
  /** What was subtracted from each. */
  readonly loop: Timing;
}

export interface Rounds {
  /** Operations of one contender in one round. */
  readonly count: number;
  readonly rounds: number;
}

/** Short calls first, so that V8 has optimised the functions as a whole, then one full one. */
const WARM_CALLS = 20;

/** Runs loop, Map, SharedMap, loop, Map, SharedMap and so on. Throws when the two maps do not agree. */
export function compare({ loop, map, shared }: Contenders, { count, rounds }: Rounds): Comparison {
  const short = Math.ceil(count / WARM_CALLS);
  for (const run of [loop, map, shared]) {
    for (let call = 0; call < WARM_CALLS; call++) run(short, call);
    run(count, 1);
  }
  const samples = { loop: [] as number[], map: [] as number[], shared: [] as number[] };
  for (let seed = 1; seed <= rounds; seed++) {
    samples.loop.push(time(loop, count, seed).ns);
    const ofMap = time(map, count, seed);
    samples.map.push(ofMap.ns);
    const ofShared = time(shared, count, seed);
    samples.shared.push(ofShared.ns);
    if (ofMap.sum !== ofShared.sum) throw new Error(`Map gave ${ofMap.sum}, SharedMap ${ofShared.sum}`);
  }
  const empty = summarize(samples.loop);
  return {
    loop: empty,
    map: without(summarize(samples.map), empty),
    shared: without(summarize(samples.shared), empty),
  };
}

export function time(run: Loop, count: number, seed: number): { ns: number; sum: number } {
  const start = performance.now();
  const sum = run(count, seed);
  return { ns: ((performance.now() - start) * 1e6) / count, sum };
}

function without(timing: Timing, loop: Timing): Timing {
  return {
    best: timing.best - loop.best,
    median: timing.median - loop.median,
    deviation: timing.deviation,
  };
}

/** What a set of samples comes to. The best one is what other load on the machine has disturbed least. */
export function summarize(samples: readonly number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    best: sorted[0],
    median: median(sorted),
    deviation: medianAbsoluteDeviation(sorted as unknown as SortedSamples),
  };
}

/** The middle one of sorted samples, the upper of two. */
export function median<T>(sorted: readonly T[]): T {
  return sorted[sorted.length >> 1];
}

/** The mean of ratios. */
export function geometricMean(ratios: readonly number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}
