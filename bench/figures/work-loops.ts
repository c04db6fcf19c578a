// The loops of all operations. Each answer is checked while the clock runs: the check keeps V8 from
// leaving the operation out, and a build that answers wrongly cannot win. A process runs one loop,
// with one kind of key and one kind of map, so every place of call has seen one of each.

import type { SharedMap } from 'threadmap';
import { indexBelow, keyAt, next } from './sequence.js';
import type { Share } from './work.js';

/** What both kinds of map are to a loop: a Map is asked for no more than it has. */
export type WorkMap = SharedMap<number | string, number>;

export interface Part extends Pick<Share, 'entries' | 'threads' | 'thread' | 'operations'> {
  /** Undefined for number keys, which are computed. Of a filling operation: the thread's own. */
  readonly strings: readonly string[] | undefined;
  /** Follows from thread and pass. */
  readonly seed: number;
  /** Values as this thread has left them, by index; for compareAndSet. */
  readonly current: Float64Array;
}

/** What a loop has written, for who looks at the map afterwards. */
export type Writes = 'fills' | 'nothing' | 'sets' | 'mixed' | 'adds';

export interface WorkLoop {
  /** The method that the map must have. */
  readonly method: keyof WorkMap;
  readonly writes: Writes;
  /** Returns the number of wrong answers. */
  readonly run: (map: WorkMap, part: Part) => number;
}

/** The bits of an index in a value; what is above tells writes apart. */
const INDEX_BITS = 17;
const INDEX_MASK = (1 << INDEX_BITS) - 1;
/** More entries than this only a filling operation can have. */
export const MOST_ENTRIES = 1 << INDEX_BITS;
/** What `add` adds, and `compareAndSet` too: the index below stays. */
export const STEP = 1 << INDEX_BITS;

/** The value that operation `q` writes: no two of 4,096 in a row are equal. */
export function valueAt(index: number, q: number): number {
  return ((q & 4095) << INDEX_BITS) | index;
}

/** Keys of one call of getMany or setMany. */
const CALL = 10_000;

function keyOf({ strings }: Part, index: number): number | string {
  return strings === undefined ? keyAt(index) : strings[index];
}

/** A steady loop: an index sequence, and an operation that says whether its answer was right. */
function steady(operate: (map: WorkMap, part: Part, index: number, q: number) => boolean): WorkLoop['run'] {
  return (map, part) => {
    const { entries, operations } = part;
    let x = part.seed;
    let wrong = 0;
    for (let q = 0; q < operations; q++) {
      x = next(x);
      if (!operate(map, part, indexBelow(x, entries), q)) wrong++;
    }
    return wrong;
  };
}

/** Threads take turns in the order of indexes. */
function filling(put: (map: WorkMap, key: number | string, index: number) => boolean): WorkLoop['run'] {
  return (map, { entries, threads, thread, strings }) => {
    let wrong = 0;
    for (let own = 0, index = thread; index < entries; own++, index += threads) {
      if (!put(map, strings === undefined ? keyAt(index) : strings[own], index)) wrong++;
    }
    return wrong;
  };
}

function fillMany(map: WorkMap, { entries, threads, thread }: Part): number {
  const own = Math.floor((entries - thread + threads - 1) / threads);
  for (let from = 0; from < own; from += CALL) {
    const n = Math.min(CALL, own - from);
    const keys = new Int32Array(n);
    const values = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      values[i] = thread + (from + i) * threads;
      keys[i] = keyAt(values[i]);
    }
    map.setMany(keys, values);
  }
  return 0;
}

function many(
  run: (map: WorkMap, keys: Int32Array, values: Float64Array, indexes: Int32Array) => number,
): WorkLoop['run'] {
  return (map, { entries, operations, seed }) => {
    const keys = new Int32Array(CALL);
    const indexes = new Int32Array(CALL);
    const values = new Float64Array(CALL);
    let x = seed;
    let wrong = 0;
    for (let q = 0; q < operations; ) {
      for (let i = 0; i < CALL; i++, q++) {
        x = next(x);
        indexes[i] = indexBelow(x, entries);
        keys[i] = keyAt(indexes[i]);
        values[i] = valueAt(indexes[i], q);
      }
      wrong += run(map, keys, values, indexes);
    }
    return wrong;
  };
}

function iterate(map: WorkMap, { entries, operations }: Part): number {
  let wrong = 0;
  for (let walk = 0; walk < operations / entries; walk++) {
    let seen = 0;
    for (const [key, value] of map) {
      seen++;
      if (key !== keyAt(value)) wrong++;
    }
    wrong += Math.abs(seen - entries);
  }
  return wrong;
}

/** By name. The steady ones work on entries that are there; keys of `get-missing` never are. */
export const workLoops = {
  get: {
    method: 'get',
    writes: 'nothing',
    run: steady((map, part, index) => map.get(keyOf(part, index)) === index),
  },
  'get-missing': {
    method: 'get',
    writes: 'nothing',
    run: steady((map, part, index) => map.get(keyOf(part, index + part.entries)) === undefined),
  },
  has: {
    method: 'has',
    writes: 'nothing',
    run: steady((map, part, index) => map.has(keyOf(part, index))),
  },
  set: {
    method: 'set',
    writes: 'sets',
    run: steady((map, part, index, q) => map.set(keyOf(part, index), valueAt(index, q)) === map),
  },
  add: {
    method: 'add',
    writes: 'adds',
    run: steady((map, part, index) => (map.add(keyOf(part, index), STEP) & INDEX_MASK) === index),
  },
  'insert-present': {
    method: 'insert',
    writes: 'nothing',
    run: steady((map, part, index) => !map.insert(keyOf(part, index), -1)),
  },
  compareAndSet: {
    method: 'compareAndSet',
    writes: 'adds',
    run: steady((map, part, index) => {
      const before = part.current[index];
      part.current[index] = before + STEP;
      return map.compareAndSet(keyOf(part, index), before, before + STEP);
    }),
  },
  mixed: {
    method: 'set',
    writes: 'mixed',
    run: steady((map, part, index, q) => {
      const key = keyOf(part, index);
      return q & 1
        ? map.set(key, valueAt(index, q)) === map
        : ((map.get(key) as number) & INDEX_MASK) === index;
    }),
  },
  churn: {
    method: 'delete',
    writes: 'sets',
    run: steady((map, part, index, q) => {
      const key = keyOf(part, index);
      return map.delete(key) && map.set(key, valueAt(index, q)) === map;
    }),
  },
  getMany: {
    method: 'getMany',
    writes: 'nothing',
    run: many((map, keys, values, indexes) => {
      map.getMany(keys, values);
      let wrong = 0;
      for (let i = 0; i < CALL; i++) if (values[i] !== indexes[i]) wrong++;
      return wrong;
    }),
  },
  setMany: {
    method: 'setMany',
    writes: 'sets',
    run: many((map, keys, values) => (map.setMany(keys, values) === map ? 0 : 1)),
  },
  iterate: { method: 'entries', writes: 'nothing', run: iterate },
  'fill-set': {
    method: 'set',
    writes: 'fills',
    run: filling((map, key, index) => map.set(key, index) === map),
  },
  'fill-insert': {
    method: 'insert',
    writes: 'fills',
    run: filling((map, key, index) => map.insert(key, index)),
  },
  'fill-setMany': { method: 'setMany', writes: 'fills', run: fillMany },
} as const satisfies Record<string, WorkLoop>;

export type Operation = keyof typeof workLoops;

export function isFilling(operation: Operation): boolean {
  return workLoops[operation].writes === 'fills';
}
