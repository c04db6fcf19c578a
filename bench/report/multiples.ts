// How many times another subject's throughput one has, from what the results say of both.

import type { Cell } from '../harness/results.js';

export interface Multiple {
  readonly value: number;
  /** Ends of the 95 % interval, where one is a baseline of the other. */
  readonly low?: number;
  readonly high?: number;
}

/** Undefined unless both were measured, in one run. */
export function multipleOf(one: Cell | undefined, other: Cell | undefined): Multiple | undefined {
  if (one?.throughput === undefined || other?.throughput === undefined) return undefined;
  if (one.run !== other.run) return undefined;
  const straight = one.ratios.find(({ of }) => of === other.id);
  if (straight !== undefined) return straight;
  // The quantiles of the inverse are the inverse quantiles.
  const inverse = other.ratios.find(({ of }) => of === one.id);
  if (inverse !== undefined)
    return { value: 1 / inverse.value, low: 1 / inverse.high, high: 1 / inverse.low };
  return { value: one.throughput.median / other.throughput.median };
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
