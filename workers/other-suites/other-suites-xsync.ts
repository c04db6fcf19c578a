// What the threads of xsync's parallel tests do.

import { expectThat, type Round } from './other-suites-round.js';

const INITIAL = 10_000;

/** A wait of some microseconds without a system call. */
function spin(times: number): void {
  for (let i = 0; i < times; i++) Math.sin(i);
}

export const xsyncJobs = {
  /** ParallelResize: adds keys of its own behind those that are there, and finds each at once. */
  addOwnRange({ map, index, n }: Round): void {
    for (let i = 0; i < n; i++) {
      const key = index * n + i + INITIAL;
      map.set(key, key * 2);
      expectThat(map.get(key) === key * 2, `${key} is there after its set`);
    }
  },

  /** ParallelResize_IntersectingKeys: all threads set all keys. */
  setAll({ map, n }: Round): void {
    for (let i = 0; i < n; i++) map.set(i, i);
  },

  /** ParallelShrinking: all threads delete all keys. Returns how many it deleted itself. */
  deleteAll({ map, n }: Round): number {
    let wins = 0;
    for (let i = 0; i < n; i++) if (map.delete(i)) wins++;
    return wins;
  },

  /** ParallelGrowth_GrowOnly: one thread with positive keys, one with negative ones; 0 is everybody's. */
  growSigned({ map, index, n }: Round): void {
    const sign = index % 2 === 0 ? 1 : -1;
    for (let i = 0; i < n; i++) map.set(i * sign, i * sign);
  },

  /** ParallelGrowth: tosses a coin: stores all or deletes all. */
  storeOrDeleteAll(round: Round): void {
    const { map, n } = round;
    for (let i = 0; i < n; i++) {
      const store = round.below(2) === 1;
      for (let key = 0; key < 320; key++) {
        if (store) map.set(`${key}`, key);
        else map.delete(`${key}`);
      }
    }
  },

  /** ParallelClear: tosses a coin: stores all or clears as often. */
  storeOrClearAll(round: Round): void {
    const { map, n } = round;
    for (let i = 0; i < n; i++) {
      const store = round.below(2) === 1;
      for (let key = 0; key < 300; key++) {
        if (store) map.set(`${key}`, key);
        else map.clear();
      }
    }
  },

  /** ParallelStores: each thread another part of a hundred keys, all of them the same value for a key. */
  storeEach({ map, index, n }: Round): void {
    for (let i = 0; i < n; i++) {
      for (let key = 0; key < 100; key++) {
        if (index !== 0 && key % index !== 0) continue;
        map.set(`${key}`, key);
        const value = map.get(`${key}`);
        expectThat(value === key, `${key} has its value, not ${value}`);
      }
    }
  },

  /** AtomicSnapshot, StoresAndDeletes: inserts random keys. Returns how many were absent. */
  insertRandom(round: Round): number {
    const { map, n, shared } = round;
    let wins = 0;
    for (let i = 0; i < n; i++) {
      const key = round.below(shared[0] as number);
      if (map.insert(`${key}`, key)) wins++;
      else {
        const value = map.get(`${key}`);
        expectThat(value === key || value === undefined, `${key} has its value or none, not ${value}`);
      }
    }
    return wins;
  },

  /** AtomicSnapshot, StoresAndDeletes: deletes random keys. Returns minus how many were there. */
  deleteRandom(round: Round): number {
    const { map, n, shared } = round;
    let wins = 0;
    for (let i = 0; i < n; i++) if (map.delete(`${round.below(shared[0] as number)}`)) wins++;
    return -wins;
  },

  /** AtomicSnapshot: reads all keys. Counts for nothing in the balance. */
  loadAll({ map, n, shared }: Round): number {
    for (let i = 0; i < n; i++) {
      const key = i % (shared[0] as number);
      const value = map.get(`${key}`);
      expectThat(value === key || value === undefined, `${key} has its value or none, not ${value}`);
    }
    return 0;
  },

  /** ParallelComputes: adds one to each of a few keys. */
  computeFew({ map, n, threads }: Round): void {
    for (let i = 0; i < n; i++) for (let key = 0; key < threads; key++) map.add(key, 1);
  },

  /** ParallelRange: sets every key again and again. */
  setUntilStopped(round: Round): number {
    const { map, n } = round;
    let laps = 0;
    do {
      for (let key = 0; key < n; key++) map.set(key, key);
      laps++;
    } while (!round.isStopped);
    return laps;
  },

  /** ParallelRange: deletes every key again and again. */
  deleteUntilStopped(round: Round): number {
    const { map, n } = round;
    let laps = 0;
    do {
      for (let key = 0; key < n; key++) map.delete(key);
      laps++;
    } while (!round.isStopped);
    return laps;
  },

  /** ParallelRangeRelaxed: changes every key, and takes each tenth away for a moment. */
  setAndReplace(round: Round): number {
    const { map, n } = round;
    let laps = 0;
    do {
      for (let key = 0; key < n; key++) {
        map.set(key, key);
        if (key % 10 === 0 && map.delete(key)) map.set(key, key);
      }
      laps++;
    } while (!round.isStopped);
    return laps;
  },

  /** The same with functions. */
  computeFewByUpdate({ map, n, threads }: Round): void {
    for (let i = 0; i < n; i++) {
      for (let key = 0; key < 4; key++) {
        const count = map.update(key, (value) => ((value as number | undefined) ?? 0) + 1) as number;
        expectThat(count <= n * threads, `${count} is what ${key} may count to`);
      }
    }
  },

  /** ParallelDeleteMatching: deletes what is divided by a number. Returns how many. */
  deleteMatching({ map, n, shared }: Round): number {
    let wins = 0;
    for (let i = 0; i < n; i++) {
      wins += map.retain((value, key) => {
        expectThat(value === key, `${key} has its value`);
        return (key as number) % (shared[0] as number) !== 0;
      });
    }
    return wins;
  },

  /** ParallelDeleteMatching, its other half: adds again whatever is absent. Returns how many. */
  insertAgain({ map, n, shared }: Round): number {
    let wins = 0;
    for (let i = 0; i < n; i++)
      for (let key = 0; key < (shared[1] as number); key++) if (map.insert(key, key)) wins++;
    return wins;
  },

  /** DoesNotLoseEntriesOnResize: fills and empties the map, which nobody else may notice. */
  fillAndEmpty(round: Round): void {
    const { map, n } = round;
    for (let i = 0; i < n; i++) {
      for (let key = 0; key < 128; key++)
        expectThat(map.insert(key, [key, i]), `${key} was deleted in lap ${i}`);
      for (let key = 0; key < 128; key++) expectThat(map.delete(key), `${key} was inserted in lap ${i}`);
    }
    round.stop();
  },

  /** DoesNotLoseEntriesOnResize: a key of its own has to stay where it is for some microseconds. */
  holdOneKey(round: Round): number {
    const { map, index } = round;
    const key = 128 + index;
    let laps = 0;
    do {
      expectThat(map.insert(key, [key, laps]), `${key} is absent in lap ${laps}`);
      spin(round.below(200));
      const value = map.get(key) as number[] | undefined;
      expectThat(value?.[0] === key && value[1] === laps, `${key} is found in lap ${laps}`);
      expectThat(map.delete(key), `${key} is deleted in lap ${laps}`);
      laps++;
    } while (!round.isStopped);
    return laps;
  },
};
