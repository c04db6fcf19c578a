// Inserts from empty: the growth of both maps included.

import { performance } from 'node:perf_hooks';
import { SharedMap } from 'threadmap';
import { keyAt } from './sequence.js';

export interface Insert {
  readonly entries: number;
  /** Which map comes first; runs take turns. */
  readonly sharedFirst: boolean;
}

/** Nanoseconds per entry. */
export interface InsertTimes {
  readonly map: number;
  readonly shared: number;
  readonly loop: number;
}

/**
 * One run of each, without the loop. A process for each run: a second SharedMap in one process would be a second kernel
 * instance behind the same calls, and a second Map would find a heap that the first has grown.
 */
export function measureInsert({ entries, sharedFirst }: Insert): InsertTimes {
  const times = { map: 0, shared: 0 };
  const order = ['map', 'shared'] as const;
  for (const name of sharedFirst ? [...order].reverse() : order) {
    globalThis.gc?.();
    times[name] = name === 'map' ? intoMap(entries) : intoSharedMap(entries);
  }
  const loop = emptyLoop(entries);
  return { map: times.map - loop, shared: times.shared - loop, loop };
}

function intoMap(entries: number): number {
  const map = new Map<number, number>();
  const start = performance.now();
  for (let index = 0; index < entries; index++) map.set(keyAt(index), index);
  return perEntry(start, entries, map);
}

function intoSharedMap(entries: number): number {
  const shared = new SharedMap({ key: 'number', value: 'number' });
  const start = performance.now();
  for (let index = 0; index < entries; index++) shared.set(keyAt(index), index);
  const ns = perEntry(start, entries, shared);
  shared.detach();
  return ns;
}

function perEntry(start: number, entries: number, { size }: { readonly size: number }): number {
  const ns = ((performance.now() - start) * 1e6) / entries;
  if (size !== entries) throw new Error(`${size} entries instead of ${entries}`);
  return ns;
}

/** The best of some: the first one runs before V8 has compiled it. */
function emptyLoop(entries: number): number {
  let best = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    for (let index = 0; index < entries; index++) sum += keyAt(index);
    best = Math.min(best, ((performance.now() - start) * 1e6) / entries);
  }
  if (Number.isNaN(sum)) throw new Error('No loop was run');
  return best;
}
