// One step of each operation, as the loops of operations.ts repeat it. Each leaves the map as full as it found it.

import type { SharedMap } from 'threadmap';

export type Keys = 'number' | 'string' | 'int32';

/** What a step works on: a full map, and its keys by index. */
export interface Bench<K> {
  readonly map: SharedMap<K, number>;
  readonly keys: readonly K[];
}

/** Does its operation once, for the key of an index; returns something of what it gave. */
export type Step = (index: number) => number;

export interface Operation {
  /** As it is called, with what is around it. */
  readonly call: string;
  /** Operations of one step, where it is a bulk or a pair of them. */
  readonly each?: number;
  /** The kinds of map it is measured on, if not on numbers and strings. */
  readonly on?: readonly Keys[];
  step<K>(bench: Bench<K>): Step;
}

/** Keys of one bulk call. */
export const BULK = 1000;

const bulkOf = <K>(keys: readonly K[], index: number): readonly K[] => {
  const first = index % (keys.length - BULK);
  return keys.slice(first, first + BULK);
};

const alone: readonly Operation[] = [
  {
    call: 'get',
    step:
      ({ map, keys }) =>
      (index) =>
        map.get(keys[index]) as number,
  },
  {
    call: 'has',
    step:
      ({ map, keys }) =>
      (index) =>
        map.has(keys[index]) ? 1 : 0,
  },
  {
    call: 'getOrDefault',
    step:
      ({ map, keys }) =>
      (index) =>
        map.getOrDefault(keys[index], 0),
  },
  {
    call: 'set',
    step:
      ({ map, keys }) =>
      (index) => {
        map.set(keys[index], index);
        return 1;
      },
  },
  {
    call: 'getAndSet',
    step:
      ({ map, keys }) =>
      (index) =>
        map.getAndSet(keys[index], index) as number,
  },
  {
    call: 'replace',
    step:
      ({ map, keys }) =>
      (index) =>
        map.replace(keys[index], index) ? 1 : 0,
  },
  {
    call: 'insert, present',
    step:
      ({ map, keys }) =>
      (index) =>
        map.insert(keys[index], 1) ? 1 : 0,
  },
  {
    call: 'getOrInsert, present',
    step:
      ({ map, keys }) =>
      (index) =>
        map.getOrInsert(keys[index], 1),
  },
  {
    call: 'getOrInsertComputed, present',
    step:
      ({ map, keys }) =>
      (index) =>
        map.getOrInsertComputed(keys[index], () => 1),
  },
  {
    call: 'get, then compareAndSet',
    each: 2,
    step:
      ({ map, keys }) =>
      (index) => {
        const key = keys[index];
        return map.compareAndSet(key, map.get(key) as number, index) ? 1 : 0;
      },
  },
  {
    call: 'update',
    step:
      ({ map, keys }) =>
      (index) =>
        map.update(keys[index], (value) => (value as number) + 1) as number,
  },
  {
    call: 'merge',
    step:
      ({ map, keys }) =>
      (index) =>
        map.merge(keys[index], 1, (old, value) => old + value) as number,
  },
  {
    call: 'deleteIf, refused',
    step:
      ({ map, keys }) =>
      (index) =>
        map.deleteIf(keys[index], () => false) ? 1 : 0,
  },
  {
    call: 'add',
    step:
      ({ map, keys }) =>
      (index) =>
        map.add(keys[index], 1) as number,
  },
  {
    call: 'min',
    step:
      ({ map, keys }) =>
      (index) =>
        map.min(keys[index], index) as number,
  },
  {
    call: 'max',
    step:
      ({ map, keys }) =>
      (index) =>
        map.max(keys[index], index) as number,
  },
  {
    call: 'or',
    on: ['int32'],
    step:
      ({ map, keys }) =>
      (index) =>
        map.or(keys[index], index) as number,
  },
  {
    call: 'size',
    step:
      ({ map }) =>
      () =>
        map.size,
  },
  {
    call: 'isEmpty',
    step:
      ({ map }) =>
      () =>
        map.isEmpty() ? 1 : 0,
  },
];

const pairs: readonly Operation[] = [
  {
    call: 'delete, then set',
    each: 2,
    step:
      ({ map, keys }) =>
      (index) => {
        const there = map.delete(keys[index]) ? 1 : 0;
        map.set(keys[index], index);
        return there;
      },
  },
  {
    call: 'getAndDelete, then insert',
    each: 2,
    step:
      ({ map, keys }) =>
      (index) => {
        const old = map.getAndDelete(keys[index]) as number;
        map.insert(keys[index], index);
        return old;
      },
  },
  {
    call: 'get, compareAndDelete, then set',
    each: 3,
    step:
      ({ map, keys }) =>
      (index) => {
        const key = keys[index];
        const gone = map.compareAndDelete(key, map.get(key) as number) ? 1 : 0;
        map.set(key, index);
        return gone;
      },
  },
];

const bulk: readonly Operation[] = [
  {
    call: `getMany of ${BULK}, an array`,
    each: BULK,
    step:
      ({ map, keys }) =>
      (index) =>
        map.getMany(bulkOf(keys, index)).length,
  },
  {
    call: `hasMany of ${BULK}`,
    each: BULK,
    step:
      ({ map, keys }) =>
      (index) =>
        map.hasMany(bulkOf(keys, index)).length,
  },
  {
    call: `setMany of ${BULK}, arrays`,
    each: BULK,
    step: ({ map, keys }) => {
      const values = Array.from({ length: BULK }, (_, i) => i);
      return (index) => {
        map.setMany(bulkOf(keys, index), values);
        return 1;
      };
    },
  },
  {
    call: `deleteMany of ${BULK}, then setMany`,
    each: 2 * BULK,
    step: ({ map, keys }) => {
      const values = Array.from({ length: BULK }, (_, i) => i);
      return (index) => {
        const some = bulkOf(keys, index);
        const gone = map.deleteMany(some);
        map.setMany(some, values);
        return gone;
      };
    },
  },
];

const walks: readonly Operation[] = [
  {
    call: 'entries, each',
    each: BULK,
    step:
      ({ map }) =>
      () => {
        let sum = 0;
        let n = 0;
        for (const [, value] of map) {
          sum += value;
          if (++n === BULK) break;
        }
        return sum;
      },
  },
  {
    call: 'keys, each',
    each: BULK,
    step:
      ({ map }) =>
      () => {
        let n = 0;
        for (const _ of map.keys()) if (++n === BULK) break;
        return n;
      },
  },
  {
    call: `scan of ${BULK}, each`,
    each: BULK,
    step: ({ map }) => {
      let cursor = map.cursor();
      return () => {
        const { entries, cursor: next } = map.scan(cursor.done ? map.cursor() : cursor, BULK);
        cursor = next;
        return entries.length;
      };
    },
  },
];

export const operations: readonly Operation[] = [...alone, ...pairs, ...bulk, ...walks];
