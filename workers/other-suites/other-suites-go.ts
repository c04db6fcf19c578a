// What the threads of Go's tests do: sync/map_test.go, internal/sync/hashtriemap_test.go, runtime/map_test.go.

import { expectThat, type Round } from './other-suites-round.js';

/** The keys of the hash trie's tests: short strings that share long beginnings. */
export const binaryKeys = Array.from({ length: 128 }, (_, i) => i.toString(2));

/** Keys of one thread alone. */
const ownKeys = ({ index }: Round) => binaryKeys.map((key) => `${key}-${index}`);

const NOT_THERE = 2 ** 52;

function insertOwn(round: Round): void {
  const { map, index } = round;
  for (const key of ownKeys(round)) {
    expectThat(!map.has(key), `${key} is not there yet`);
    expectThat(map.insert(key, index), `${key} is inserted`);
    expectThat(map.get(key) === index, `${key} has its value`);
    expectThat(!map.insert(key, -1), `${key} is not inserted twice`);
  }
}

export const goJobs = {
  /** ConcurrentUnsharedKeys of deletes. */
  deleteUnshared(round: Round): void {
    const { map, index } = round;
    insertOwn(round);
    for (const key of ownKeys(round)) {
      expectThat(map.get(key) === index, `${key} before its delete`);
      expectThat(map.delete(key), `${key} is deleted`);
      expectThat(!map.has(key) && !map.delete(key), `${key} is gone`);
    }
    for (const key of ownKeys(round)) expectThat(map.get(key) === undefined, `${key} stays away`);
  },

  /** ConcurrentUnsharedKeys of CompareAndSwap. */
  swapUnshared(round: Round): void {
    const { map, index } = round;
    insertOwn(round);
    for (const key of ownKeys(round)) {
      expectThat(!map.compareAndSet(key, NOT_THERE, index + 1), `${key} is not swapped for a wrong value`);
      expectThat(map.compareAndSet(key, index, index + 1), `${key} is swapped`);
      expectThat(map.get(key) === index + 1, `${key} has its new value`);
    }
    for (const key of ownKeys(round)) expectThat(map.get(key) === index + 1, `${key} keeps its new value`);
  },

  /** ConcurrentUnsharedKeysWithDelete of CompareAndSwap. */
  swapAndDeleteUnshared(round: Round): void {
    const { map, index } = round;
    insertOwn(round);
    for (const key of ownKeys(round)) {
      expectThat(map.compareAndSet(key, index, index + 1), `${key} is swapped`);
      expectThat(map.get(key) === index + 1 && map.delete(key), `${key} is deleted with its new value`);
      expectThat(!map.compareAndSet(key, index + 1, index + 2), `${key} is not swapped when it is gone`);
      expectThat(!map.delete(key) && !map.has(key), `${key} is gone`);
    }
    for (const key of ownKeys(round)) expectThat(!map.has(key), `${key} stays away`);
  },

  /** ConcurrentSharedKeys of CompareAndSwap. Returns its wins. */
  swapShared({ map }: Round): number {
    let wins = 0;
    for (const [i, key] of binaryKeys.entries()) {
      expectThat(!map.compareAndSet(key, NOT_THERE, i + 1), `${key} is not swapped for a wrong value`);
      if (map.compareAndSet(key, i, i + 1)) wins++;
      expectThat(map.get(key) === i + 1, `${key} was swapped by somebody`);
    }
    for (const [i, key] of binaryKeys.entries()) expectThat(map.get(key) === i + 1, `${key} keeps it`);
    return wins;
  },

  /** ConcurrentSharedKeys of deletes. Returns its wins. */
  deleteShared({ map }: Round): number {
    let wins = 0;
    for (const key of binaryKeys) {
      if (map.delete(key)) wins++;
      expectThat(!map.has(key), `${key} was deleted by somebody`);
    }
    for (const key of binaryKeys) expectThat(!map.has(key), `${key} stays away`);
    return wins;
  },

  /** ConcurrentUnsharedKeys of CompareAndDelete. */
  compareAndDeleteUnshared(round: Round): void {
    const { map, index } = round;
    insertOwn(round);
    for (const key of ownKeys(round)) {
      expectThat(!map.compareAndDelete(key, NOT_THERE), `${key} is not deleted for a wrong value`);
      expectThat(map.get(key) === index, `${key} before its delete`);
      expectThat(map.compareAndDelete(key, index), `${key} is deleted`);
      expectThat(!map.compareAndDelete(key, index) && !map.has(key), `${key} is gone`);
    }
    for (const key of ownKeys(round)) expectThat(!map.has(key), `${key} stays away`);
  },

  /** ConcurrentSharedKeys of CompareAndDelete. Returns its wins. */
  compareAndDeleteShared({ map }: Round): number {
    let wins = 0;
    for (const [i, key] of binaryKeys.entries()) {
      expectThat(!map.compareAndDelete(key, NOT_THERE), `${key} is not deleted for a wrong value`);
      if (map.compareAndDelete(key, i)) wins++;
      expectThat(!map.has(key), `${key} was deleted by somebody`);
    }
    for (const key of binaryKeys) expectThat(!map.has(key), `${key} stays away`);
    return wins;
  },

  /** ConcurrentUnsharedKeys of Swap. */
  exchangeUnshared(round: Round): void {
    const { map, index } = round;
    insertOwn(round);
    for (const key of ownKeys(round)) {
      expectThat(map.getAndSet(key, index + 1) === index, `${key} gives its value back`);
      expectThat(map.get(key) === index + 1, `${key} has its new value`);
    }
    for (const key of ownKeys(round)) expectThat(map.get(key) === index + 1, `${key} keeps its new value`);
  },

  /** ConcurrentUnsharedKeysWithDelete of Swap. */
  exchangeAndDeleteUnshared(round: Round): void {
    const { map, index } = round;
    insertOwn(round);
    for (const key of ownKeys(round)) {
      expectThat(map.getAndSet(key, index + 1) === index, `${key} gives its value back`);
      expectThat(map.getAndDelete(key) === index + 1, `${key} gives its new value back`);
      expectThat(map.getAndSet(key, index + 2) === undefined, `${key} had none`);
      expectThat(map.getAndDelete(key) === index + 2 && !map.has(key), `${key} is gone`);
    }
    for (const key of ownKeys(round)) expectThat(!map.has(key), `${key} stays away`);
  },

  /** ConcurrentSharedKeys of Swap. Returns what it was given back, key by key. */
  exchangeShared({ map, index }: Round): unknown[] {
    return binaryKeys.map((key, i) => {
      const old = map.getAndSet(key, 1000 * (index + 1) + i);
      expectThat((map.get(key) as number) % 1000 === i, `${key} has somebody's value`);
      return old;
    });
  },

  /** What disturbs a clear: swaps that may come before it, never after it. */
  swapUnderClear({ map, n }: Round): void {
    for (let round = 0; round < n; round++) {
      for (const [i, key] of binaryKeys.entries()) {
        expectThat(!map.compareAndSet(key, NOT_THERE, i), `${key} is not swapped for a wrong value`);
        map.compareAndSet(key, i + round, i + round + 1);
      }
    }
  },

  clearOnce({ map }: Round): void {
    map.clear();
  },

  /** TestConcurrentRange: sets each key to multiples of itself, until the main thread has seen enough. */
  storeMultiples(round: Round): number {
    const { map, index, n } = round;
    let laps = 0;
    do {
      for (let key = 1; key < n; key++) {
        if (round.below(n) === 0) map.set(key, key * laps * (index + 1));
        else expectThat((map.get(key) as number) % key === 0, `${key} has a multiple of it`);
      }
      laps++;
    } while (!round.isStopped);
    return laps;
  },

  /** TestConcurrentClear: of three threads one stores, one loads, one clears; thirty of them at once. */
  storeLoadOrClear(round: Round): number {
    const { map, index, n } = round;
    const key = Math.floor(index / 3);
    let cleared = 0;
    for (let i = 0; i < n; i++) {
      if (index % 3 === 0) map.set(key, key * 10);
      else if (index % 3 === 1) {
        const value = map.get(key);
        expectThat(value === undefined || value === key * 10, `${key} has its value or none, not ${value}`);
      } else {
        map.clear();
        cleared++;
      }
      if (i % 50 === 49) {
        round.meet(); // now nobody writes
        if (index === 2) map.clear();
        round.meet();
        expectThat(map.size === 0 && [...map.keys()].length === 0, 'nothing is left after the last clear');
        round.meet();
      }
    }
    return cleared;
  },

  /** TestConcurrentReadsAfterGrowth: the first thread adds a key, then all others read everything. */
  readAfterGrowth(round: Round): number {
    const { map, index, n } = round;
    let read = 0;
    for (let size = 1; size <= n; size++) {
      if (index === 0) map.set(size - 1, size);
      round.meet();
      if (index % 2 === 0) {
        const seen = new Set<unknown>(map.keys());
        expectThat(seen.size === size, `an iteration finds ${size} keys, not ${seen.size}`);
        read += seen.size;
      } else {
        for (let key = 0; key < size; key++, read++) expectThat(map.get(key) === key + 1, `${key} is there`);
        expectThat(map.get(size) === undefined, `${size} is not there yet`);
      }
      round.meet();
    }
    return read;
  },
};
