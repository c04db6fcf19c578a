// The longest single set while a map grows: a Map stops to rehash all it has, a SharedMap moves two chains.

import { performance } from 'node:perf_hooks';
import { SharedMap } from 'threadmap';
import { keyAt } from './sequence.js';

export interface LongestSet {
  readonly entries: number;
}

/** One set's time, ms, and how many entries were there when it came. */
export interface Longest {
  readonly ms: number;
  readonly at: number;
}

/** One run of each, in a process of its own. Garbage collections that hit a set count: an application has them too. */
export function measureLongestSet({ entries }: LongestSet): { map: Longest; shared: Longest } {
  globalThis.gc?.();
  const shared = new SharedMap({ key: 'number', value: 'number' });
  const ofShared = growShared(shared, entries);
  shared.detach();
  globalThis.gc?.();
  return { map: growMap(new Map(), entries), shared: ofShared };
}

// The two loops are one text twice: a common one would call both maps from one place, which V8 compiles to less.

function growMap(map: Map<number, number>, entries: number): Longest {
  let ms = 0;
  let at = 0;
  for (let index = 0; index < entries; index++) {
    const start = performance.now();
    map.set(keyAt(index), index);
    const taken = performance.now() - start;
    if (taken > ms) {
      ms = taken;
      at = index;
    }
  }
  return { ms, at };
}

function growShared(map: SharedMap<number, number>, entries: number): Longest {
  let ms = 0;
  let at = 0;
  for (let index = 0; index < entries; index++) {
    const start = performance.now();
    map.set(keyAt(index), index);
    const taken = performance.now() - start;
    if (taken > ms) {
      ms = taken;
      at = index;
    }
  }
  return { ms, at };
}
