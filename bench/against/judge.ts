// Is one build slower than the other, or was it the noise? Each round has measured both one after
// the other. Whatever else the machine did then has met both, so each round's ratio counts.

import type { Interval } from '../harness/statistics.js';

export interface Round {
  /** Operations per second, or in any other unit: only the ratio counts. */
  readonly old: number;
  readonly now: number;
}

export type Verdict = 'slower' | 'faster' | 'same';

export interface Judged {
  /** New rate by old rate: the median over the rounds, and its interval. Below 1 is slower. */
  readonly ratio: Interval;
  readonly verdict: Verdict;
}

/** A median that differs by less than this share is no difference, however sure. */
export const FLOOR = 0.02;
/** Both tails of the interval together. */
const DOUBT = 0.05;

/**
 * The interval of the sign test: the true median lies outside of it with a chance of 5 % at most,
 * whatever the distribution of the ratios. Fewer than 6 rounds give no such interval: 'same'.
 */
export function judgeRounds(rounds: readonly Round[]): Judged {
  const ratios = rounds.map(({ old, now }) => now / old).sort((a, b) => a - b);
  const value = medianOf(ratios);
  const dropped = droppedOf(ratios.length);
  if (dropped === undefined)
    return { ratio: { value, low: 0, high: Number.POSITIVE_INFINITY }, verdict: 'same' };
  const low = ratios[dropped];
  const high = ratios[ratios.length - 1 - dropped];
  const isSlower = high < 1 && value < 1 - FLOOR;
  const isFaster = low > 1 && value > 1 + FLOOR;
  return { ratio: { value, low, high }, verdict: isSlower ? 'slower' : isFaster ? 'faster' : 'same' };
}

/** Rounds that are needed for a judgement. */
export const LEAST_ROUNDS = 6;

/** The middle, or the mean of the two in the middle, of sorted numbers. */
function medianOf(sorted: readonly number[]): number {
  const upper = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[upper] : (sorted[upper - 1] + sorted[upper]) / 2;
}

/** How many ratios of `n` the interval leaves out on each side; undefined when `n` is too small. */
function droppedOf(n: number): number | undefined {
  // The chance that at most `dropped` of n fair coins show heads must not exceed DOUBT / 2.
  let dropped: number | undefined;
  let chance = 0;
  let ways = 1;
  for (let heads = 0; heads < n; heads++) {
    chance += ways / 2 ** n;
    if (chance > DOUBT / 2) break;
    dropped = heads;
    ways = (ways * (n - heads)) / (heads + 1);
  }
  return dropped;
}
