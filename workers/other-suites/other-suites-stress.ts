// What the threads of the stress tests of libcuckoo, folly, NonBlockingHashMap and boost do.

import { expectThat, type Round } from './other-suites-round.js';

// libcuckoo, stress_checked: per key a flag that keeps others away, and what its map must say.
const IN_USE = 0;
const IN_TABLE = 1;
const VALUE = 2;
const FIELDS = 3;

const textOf = (value: number) => `the second table has ${value}`;

/** Bytes that the job needs for so many keys. */
export const cuckooBytes = (keys: number) => keys * FIELDS * 4;

/** Takes a random key that nobody works on, calls `work`, checks both maps, lets go. Returns the calls. */
function onFreeKeys(round: Round, work: (key: unknown, at: number) => void): number {
  const { shared, n } = round;
  const [numbers, texts] = round.maps as [Round['map'], Round['map']];
  const keys = shared.length / FIELDS;
  let calls = 0;
  for (let i = 0; i < n; i++) {
    const which = round.below(keys);
    const at = which * FIELDS;
    if (Atomics.compareExchange(shared, at + IN_USE, 0, 1) !== 0) continue;
    const key = which % 2 === 0 ? which : `key number ${which}`;
    work(key, at);
    const value = shared[at + IN_TABLE] === 1 ? shared[at + VALUE] : undefined;
    expectThat(numbers.get(key) === value, `${key} is ${value}, not ${numbers.get(key)}`);
    expectThat(texts.get(key) === (value === undefined ? undefined : textOf(value)), `${key}, second table`);
    calls++;
    Atomics.store(shared, at + IN_USE, 0);
  }
  return calls;
}

export const stressJobs = {
  cuckooInsert(round: Round): number {
    const [numbers, texts] = round.maps as [Round['map'], Round['map']];
    return onFreeKeys(round, (key, at) => {
      const value = round.below(2 ** 31);
      const absent = round.shared[at + IN_TABLE] === 0;
      expectThat(numbers.insert(key, value) === absent, `insert ${key}: absent is ${absent}`);
      expectThat(texts.insert(key, textOf(value)) === absent, `insert ${key} into the second table`);
      if (!absent) return;
      round.shared[at + VALUE] = value;
      round.shared[at + IN_TABLE] = 1;
    });
  },

  cuckooDelete(round: Round): number {
    return onFreeKeys(round, (key, at) => {
      const present = round.shared[at + IN_TABLE] === 1;
      for (const map of round.maps)
        expectThat(map.delete(key) === present, `delete ${key}: it is ${present}`);
      round.shared[at + IN_TABLE] = 0;
    });
  },

  /** Of three kinds: an update of what is there, one that depends on it, one that inserts if it must. */
  cuckooUpdate(round: Round): number {
    const [numbers, texts] = round.maps as [Round['map'], Round['map']];
    return onFreeKeys(round, (key, at) => {
      const { shared } = round;
      const present = shared[at + IN_TABLE] === 1;
      const before = present ? (shared[at + VALUE] as number) : 0;
      if (round.below(3) === 0) {
        const sum = (before % 2 ** 30) + 3 - before;
        expectThat(numbers.add(key, sum) === before + sum, `add to ${key}`);
        texts.set(key, textOf(before + sum));
        shared[at + VALUE] = before + sum;
        shared[at + IN_TABLE] = 1;
        return;
      }
      const after = round.below(2) === 0 ? round.below(2 ** 31) : (before + 3) % 2 ** 31;
      expectThat(numbers.compareAndSet(key, before, after) === present, `update ${key}: it is ${present}`);
      expectThat(
        texts.compareAndSet(key, textOf(before), textOf(after)) === present,
        `update ${key}, second`,
      );
      if (present) shared[at + VALUE] = after;
    });
  },

  cuckooFind(round: Round): number {
    return onFreeKeys(round, (key, at) => {
      for (const map of round.maps)
        expectThat(map.has(key) === (round.shared[at + IN_TABLE] === 1), `has ${key}`);
    });
  },

  /** folly, ConcurrentInsertClear: inserts keys of its own and clears now and then. Returns its clears. */
  insertAndClear(round: Round): number {
    const { map, index, n } = round;
    let clears = 0;
    for (let i = 0; i < n; i++) {
      const key = index * n + i;
      expectThat(map.insert(key, key), `${key} comes once`);
      if (round.below(400) === 0) {
        map.clear();
        clears++;
        expectThat(!map.has(key), `${key} is gone after the clear`);
      }
    }
    return clears;
  },

  /** folly, StressTestReclamation: overwrites a key in the middle of a chain: each value is a record of another length. */
  overwriteMiddle({ map, index, n }: Round): void {
    for (let i = 0; i < n; i++) map.set('middle', `${index} ${i} `.repeat(1 + ((i * 7) % 60)));
  },

  /** And reads it, until it has seen enough: a value is whole, whoever has freed it. */
  readMiddle({ map, n }: Round): void {
    for (let i = 0; i < n; i++) {
      const value = map.get('middle') as string;
      const [index, number] = value.split(' ', 2);
      const times = 1 + ((Number(number) * 7) % 60);
      expectThat(value === `${index} ${number} `.repeat(times), `a torn value: ${value.slice(0, 80)}`);
    }
  },

  /** boost, interprocess: adds to keys with a geometric distribution, and starts and ends with its thread. */
  addGeometric(round: Round): void {
    for (let i = 0; i < round.n; i++) {
      let key = 0;
      while (round.below(100) >= 15) key++;
      round.map.add(key, 1);
    }
  },
};
