// More entries than a Map can have.

import { performance } from 'node:perf_hooks';
import { SharedMap } from 'threadmap';
import { keyAt } from './sequence.js';

export interface Largest {
  readonly entries: number;
  readonly maxBytes: number;
}

export interface LargestFound {
  /** Entries of the SharedMap after all sets. */
  readonly entries: number;
  readonly seconds: number;
  readonly bytesCommitted: number;
  /** Entries of the Map when it gave up, and its error, or null when it took them all. */
  readonly mapEntries: number;
  readonly mapError: string | null;
}

/** Every so many entries one is read back. */
const SAMPLE = 101;

/** Fills a SharedMap, then a Map until it throws. */
export function measureLargest({ entries, maxBytes }: Largest): LargestFound {
  const shared = new SharedMap({ key: 'number', value: 'number', maxBytes });
  const start = performance.now();
  for (let index = 0; index < entries; index++) shared.set(keyAt(index), index);
  const seconds = (performance.now() - start) / 1000;
  for (let index = 0; index < entries; index += SAMPLE) {
    if (shared.get(keyAt(index)) !== index) throw new Error(`The SharedMap has lost entry ${index}`);
  }
  const { count, bytesCommitted } = shared.stats();
  shared.detach();

  const map = new Map<number, number>();
  let mapError: string | null = null;
  try {
    for (let index = 0; index < entries; index++) map.set(keyAt(index), index);
  } catch (error) {
    mapError = String(error);
  }
  return { entries: count, seconds, bytesCommitted, mapEntries: map.size, mapError };
}
