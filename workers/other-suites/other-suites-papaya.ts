// What the threads of papaya's stress tests do.

import { expectThat, type Round } from './other-suites-round.js';

/** A key that no other call makes: a thread's number, a random part, a running number. */
function freshKey(round: Round, i: number): number {
  return (round.index * 2 ** 20 + round.below(2 ** 20)) * 2 ** 16 + i;
}

export const papayaJobs = {
  /** contains_key_stress */
  containsAll({ map, n }: Round): void {
    for (let key = 0; key < n; key++) expectThat(map.has(key), `${key} is there`);
  },

  /** insert_stress */
  insertFresh(round: Round): void {
    for (let i = 0; i < round.n; i++) {
      const key = freshKey(round, i);
      expectThat(round.map.insert(key, key), `${key} is fresh`);
      expectThat(round.map.has(key), `${key} is there after its insert`);
    }
  },

  /** insert_overwrite_stress: unique values, dealt by shared counters. Returns the values that it has replaced, per key. */
  overwrite(round: Round): number[][] {
    const { map, n, shared } = round;
    const seen: number[][] = Array.from({ length: shared.length }, () => []);
    for (const key of round.shuffled(shared.length, n)) {
      const before = map.getAndSet(key, Atomics.add(shared, key, 1));
      if (before !== undefined) seen[key]?.push(before as number);
      expectThat(map.has(key), `${key} is there after its swap`);
    }
    return seen;
  },

  /** update_stress, update_or_insert_stress: counts each key up `n` times, in an order of its own. */
  addShuffled(round: Round): void {
    const entries = round.shared[0] as number;
    for (const key of round.shuffled(entries, round.n)) {
      const sum = round.map.add(key, 1);
      expectThat(sum >= 1 && sum <= round.threads * round.n, `${sum} is what ${key} may count to`);
    }
  },

  /** The same by functions. Returns how often these ran again. */
  updateShuffled(round: Round): number {
    const entries = round.shared[0] as number;
    let runs = 0;
    for (const key of round.shuffled(entries, round.n)) {
      const sum = round.map.update(key, (value) => {
        runs++;
        return ((value as number | undefined) ?? 0) + 1;
      }) as number;
      expectThat(sum >= 1 && sum <= round.threads * round.n, `${sum} is what ${key} may count to`);
    }
    return runs - entries * round.n;
  },

  /** remove_update_or_insert_stress: half of the threads count up, half take away what was counted. Returns added less taken. */
  updateOrTake(round: Round): number {
    const { map, index, n } = round;
    let balance = 0;
    for (const key of round.shuffled(round.shared[0] as number, n)) {
      if (index % 2 === 0) {
        map.merge(key, 1, (value, one) => (value as number) + (one as number));
        balance++;
      } else balance -= (map.getAndDelete(key) as number | undefined) ?? 0;
    }
    return balance;
  },

  /** conditional_remove_update_or_insert_stress: the same, in one function that deletes what is odd. */
  updateOrDeleteOdd(round: Round): number {
    const { map, index, n } = round;
    let balance = 0;
    for (const key of round.shuffled(round.shared[0] as number, n)) {
      let taken = 0;
      const isCounting = index % 2 === 0;
      map.update(key, (value, present) => {
        const count = present ? (value as number) : 0;
        taken = !isCounting && count % 2 === 1 ? count : 0;
        if (isCounting) return count + 1;
        return taken > 0 || !present ? undefined : count;
      });
      balance += isCounting ? 1 : -taken;
    }
    return balance;
  },

  /** remove_if_update_or_insert_stress: the same, by a delete of what is odd. */
  updateOrDeleteIfOdd(round: Round): number {
    const { map, index, n } = round;
    let balance = 0;
    for (const key of round.shuffled(round.shared[0] as number, n)) {
      if (index % 2 === 0) {
        map.update(key, (value) => ((value as number | undefined) ?? 0) + 1);
        balance++;
        continue;
      }
      let seen = 0;
      const isOdd = (value: unknown) => {
        seen = value as number;
        return seen % 2 === 1;
      };
      if (map.deleteIf(key, isOdd)) balance -= seen;
    }
    return balance;
  },

  /** update_insert_stress, remove_mixed_stress: adds keys that nobody else knows, so that the map grows. */
  insertUnrelated({ map, n, shared }: Round): void {
    const from = shared[0] as number;
    for (let key = from; key < from + n; key++) expectThat(map.insert(key, -1), `${key} is unrelated`);
  },

  /** insert_remove_stress: half of the threads set keys, half take them away and put them back. */
  insertOrReplace(round: Round): number {
    const { map, index, n } = round;
    let replaced = 0;
    for (const key of round.shuffled(256, n)) {
      if (index % 2 === 0) map.set(key, key);
      else if (map.delete(key)) {
        map.set(key, key);
        replaced++;
      }
    }
    return replaced;
  },

  /** remove_mixed_stress: updates what is there, in laps, until nothing is there any more. Returns its updates. */
  updateWhilePresent(round: Round): number {
    const { map, n } = round;
    const order = round.shuffled(n);
    let updates = 0;
    for (let found = true; found && !round.isStopped; ) {
      found = false;
      for (const key of order) {
        const value = map.get(key) as number | undefined;
        if (value === undefined) continue;
        found = true;
        if (map.compareAndSet(key, value, value + 1)) updates++;
      }
    }
    return updates;
  },

  /** remove_mixed_stress: deletes each key once; an update must not bring it back. */
  deleteForGood({ map, n }: Round): void {
    for (let key = 0; key < n; key++) expectThat(map.delete(key), `${key} is deleted by this thread`);
    for (let key = 0; key < n; key++) expectThat(map.get(key) === undefined, `${key} stays away`);
  },

  /** insert_remove_chunk_stress: keys of its own come and go. */
  insertAndDeleteChunk({ map, index, threads, n }: Round): void {
    const from = index * n;
    for (let key = from; key < from + n; key++) expectThat(map.insert(key, key), `insert ${key}`);
    for (let key = from; key < from + n; key++) expectThat(map.get(key) === key, `get ${key}`);
    for (let key = from; key < from + n; key++) expectThat(map.delete(key), `delete ${key}`);
    for (let key = from; key < from + n; key++) expectThat(!map.has(key), `${key} is gone`);
    for (const [key, value] of map.entries()) {
      expectThat((key as number) < n * threads && value === key, `an iteration shows ${key}, ${value}`);
    }
  },

  /** mixed_chunk_stress: every operation on keys of its own; they are there in the end. */
  mixChunk({ map, index, threads, n }: Round): void {
    const from = index * n;
    const keys = Array.from({ length: n }, (_, i) => from + i);
    for (const key of keys) expectThat(map.insert(key, key + 1), `insert ${key}`);
    for (const key of keys) expectThat(map.get(key) === key + 1, `get ${key}`);
    for (const key of keys) expectThat(map.add(key, -1) === key, `add to ${key}`);
    for (const key of keys) expectThat(map.delete(key), `delete ${key}`);
    for (const key of keys) expectThat(map.get(key) === undefined, `get ${key} after its delete`);
    for (const key of keys) expectThat(map.insert(key, key + 1), `insert ${key} again`);
    for (const key of keys) expectThat(map.get(key) === key + 1, `get ${key} in the end`);
    for (const [key, value] of map.entries()) {
      const over = (value as number) - (key as number);
      expectThat((key as number) < n * threads && (over === 0 || over === 1), `entry ${key}, ${value}`);
    }
  },

  /** mixed_entry_stress: one key after the other through all operations, again and again. */
  mixEntries({ map, index, n }: Round): void {
    for (let key = index * n; key < index * n + n; key++) {
      for (let i = 0; i < 24; i++) {
        expectThat(map.insert(key, key + 1) && map.get(key) === key + 1, `insert ${key}, ${i}`);
        expectThat(map.compareAndSet(key, key + 1, key + 2), `update ${key}, ${i}`);
        expectThat(map.get(key) === key + 2 && map.delete(key), `delete ${key}, ${i}`);
        expectThat(map.get(key) === undefined, `get ${key} when it is gone, ${i}`);
        expectThat(!map.compareAndSet(key, key + 2, key + 3), `no update of ${key} when it is gone, ${i}`);
      }
    }
  },

  /** clear_stress: sets fresh keys while others clear. */
  setFresh(round: Round): void {
    for (let i = 0; i < round.n; i++) {
      const key = freshKey(round, i);
      round.map.set(key, key);
      const value = round.map.get(key);
      expectThat(value === undefined || value === key, `${key} has its value or was cleared`);
    }
  },

  clearTimes({ map, n }: Round): void {
    for (let i = 0; i < n; i++) map.clear();
  },

  /** retain_stress: looks at every entry, and keeps it. */
  retainAll({ map, n }: Round): number {
    let looks = 0;
    for (let i = 0; i < n; i++) {
      const seen = new Set<unknown>();
      for (const [key, value] of map.entries()) {
        expectThat(key === value && !seen.has(key), `entry ${key}, ${value}, comes once`);
        seen.add(key);
      }
      looks += seen.size;
    }
    return looks;
  },
};
