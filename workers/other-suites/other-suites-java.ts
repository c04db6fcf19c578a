// What the threads of the JDK's tests of ConcurrentHashMap do.

import { expectThat, type Round } from './other-suites-round.js';

/** A key of one thread alone, a record of its own. */
const ownKey = (index: number, i: number) => `an object of thread ${index}, number ${i}`;

export const javaJobs = {
  /** ConcurrentAssociateTest: what a thread has put is there. */
  associateBySet({ map, index, n }: Round): void {
    for (let i = 0; i < n; i++) {
      map.set(ownKey(index, i), i);
      expectThat(map.has(ownKey(index, i)), `${ownKey(index, i)} after set`);
    }
  },

  associateByInsert({ map, index, n }: Round): void {
    for (let i = 0; i < n; i++) {
      expectThat(map.insert(ownKey(index, i), i), `${ownKey(index, i)} is new`);
      expectThat(map.has(ownKey(index, i)), `${ownKey(index, i)} after insert`);
    }
  },

  associateByAdd({ map, index, n }: Round): void {
    for (let i = 0; i < n; i++) {
      expectThat(map.add(ownKey(index, i), i) === i, `${ownKey(index, i)} is new`);
      expectThat(map.has(ownKey(index, i)), `${ownKey(index, i)} after add`);
    }
  },

  associateByComputed({ map, index, n }: Round): void {
    for (let i = 0; i < n; i++) {
      expectThat(map.getOrInsertComputed(ownKey(index, i), () => i) === i, `${ownKey(index, i)} is new`);
      expectThat(map.has(ownKey(index, i)), `${ownKey(index, i)} after getOrInsertComputed`);
    }
  },

  associateByUpdate({ map, index, n }: Round): void {
    for (let i = 0; i < n; i++) {
      const value = map.update(ownKey(index, i), (_, present) => (present ? -1 : i));
      expectThat(value === i && map.has(ownKey(index, i)), `${ownKey(index, i)} after update`);
    }
  },

  associateByMerge({ map, index, n }: Round): void {
    for (let i = 0; i < n; i++) {
      const value = map.merge(ownKey(index, i), i, () => -1);
      expectThat(value === i && map.has(ownKey(index, i)), `${ownKey(index, i)} after merge`);
    }
  },

  /** ConcurrentContainsKeyTest: the same few keys of one chain, again and again. */
  containsHeld({ map, n }: Round): void {
    for (let i = 0; i < n; i++) expectThat(map.has(i % 16), `${i % 16} is always there`);
  },

  /** The same beside others, who end when the last of these is through. */
  containsBeside(round: Round): void {
    javaJobs.containsHeld(round);
    if (Atomics.add(round.shared, 0, 1) === round.threads - 1) round.stop();
  },

  /** Those others: neighbours of the same chain come and go. */
  moveNeighbours(round: Round): number {
    let laps = 0;
    do {
      for (let i = 16; i < 40; i++) round.map.set(i, i);
      for (let i = 16; i < 40; i++) round.map.delete(i);
      laps++;
    } while (!round.isStopped);
    return laps;
  },

  /** MapLoops: a random walk over the keys that inserts and, rarely, removes. Returns inserts less removes. */
  walk(round: Round): number {
    const { map, n, shared: keys } = round;
    let balance = 0;
    let total = 0;
    let position = keys.length >> 1;
    for (let left = n; left > 0; left--) {
      const r = round.below(2 ** 31);
      position = (position + (r & 7) - 3 + keys.length) % keys.length;
      const key = keys[position] as number;
      const value = map.get(key);
      if (value !== undefined) {
        expectThat(value === key, `a mapping of ${key} to ${value}`);
        if (r < 0.02 * 2 ** 31 && map.delete(key)) {
          balance--;
          position = total % keys.length; // move away from here
        }
      } else if (r < 0.6 * 2 ** 31) {
        position = (position + 1) % keys.length;
        if (map.insert(key, key)) balance++;
      }
      total += r & 0xffff;
    }
    return balance;
  },

  /** ToArray: keys that only this thread puts. */
  putUnique({ map, index, n }: Round): void {
    for (let i = 0; i < n; i++) map.set(index * n + i, i);
  },
};
