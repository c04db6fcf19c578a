// The loops over number keys, one text each for neither map, a Map and a SharedMap: one function with the map as its
// argument would be one place of call, and V8 compiles a place that has seen two kinds of map to less.

import type { SharedMap } from 'threadmap';
import type { Contenders } from './clock.js';
import { indexBelow, keyAt, next } from './sequence.js';

export interface NumberMaps {
  readonly map: Map<number, number>;
  readonly shared: SharedMap<number, number>;
}

/** Indexes `first` to `first + n - 1`. */
export interface Range {
  readonly first: number;
  readonly n: number;
}

export function getLoops({ map, shared }: NumberMaps, { first, n }: Range): Contenders {
  return {
    loop: emptyLoop(first, n),
    map: (count, seed) => {
      let x = seed;
      let sum = 0;
      for (let q = 0; q < count; q++) {
        x = next(x);
        sum += map.get(keyAt(first + indexBelow(x, n))) as number;
      }
      return sum;
    },
    shared: (count, seed) => {
      let x = seed;
      let sum = 0;
      for (let q = 0; q < count; q++) {
        x = next(x);
        sum += shared.get(keyAt(first + indexBelow(x, n))) as number;
      }
      return sum;
    },
  };
}

export function setLoops({ map, shared }: NumberMaps, { first, n }: Range): Contenders {
  return {
    loop: emptyLoop(first, n),
    map: (count, seed) => {
      let x = seed;
      for (let q = 0; q < count; q++) {
        x = next(x);
        map.set(keyAt(first + indexBelow(x, n)), q);
      }
      return x;
    },
    shared: (count, seed) => {
      let x = seed;
      for (let q = 0; q < count; q++) {
        x = next(x);
        shared.set(keyAt(first + indexBelow(x, n)), q);
      }
      return x;
    },
  };
}

/** Every other operation is a set. */
export function mixedLoops({ map, shared }: NumberMaps, { first, n }: Range): Contenders {
  return {
    loop: (count, seed) => {
      let x = seed;
      let sum = 0;
      for (let q = 0; q < count; q++) {
        x = next(x);
        const key = keyAt(first + indexBelow(x, n));
        if (q & 1) sum += key;
        else sum -= key;
      }
      return sum;
    },
    map: (count, seed) => {
      let x = seed;
      let sum = 0;
      for (let q = 0; q < count; q++) {
        x = next(x);
        const key = keyAt(first + indexBelow(x, n));
        if (q & 1) map.set(key, q);
        else sum += map.get(key) as number;
      }
      return sum;
    },
    shared: (count, seed) => {
      let x = seed;
      let sum = 0;
      for (let q = 0; q < count; q++) {
        x = next(x);
        const key = keyAt(first + indexBelow(x, n));
        if (q & 1) shared.set(key, q);
        else sum += shared.get(key) as number;
      }
      return sum;
    },
  };
}

/** What the loops above do besides their operation. */
function emptyLoop(first: number, n: number): Contenders['loop'] {
  return (count, seed) => {
    let x = seed;
    let sum = 0;
    for (let q = 0; q < count; q++) {
      x = next(x);
      sum += keyAt(first + indexBelow(x, n));
    }
    return sum;
  };
}
