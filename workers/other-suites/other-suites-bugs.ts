// What the threads do that tell the bugs of other maps again.

import { expectThat, type Round } from './other-suites-round.js';

const recordOf = (key: number) => ({ key, text: `${key} `.repeat(key % 40) });

export const bugJobs = {
  /** Inserts what is there, which must change nothing, and then writes to the same chain. */
  insertPresentThenSet({ map, n }: Round): void {
    for (let i = 0; i < n; i++) {
      const key = i % 64;
      expectThat(!map.insert(key, -1), `${key} is present`);
      map.set(key, key);
    }
  },

  /** Inserts records; where somebody was first, his has to be a whole one. */
  insertRecords(round: Round): number {
    const { map, n } = round;
    let balance = 0;
    for (let i = 0; i < n; i++) {
      const key = round.below(40);
      if (round.below(3) === 0) {
        if (map.delete(key)) balance--;
      } else if (map.insert(key, recordOf(key))) balance++;
      else {
        const value = map.get(key) as ReturnType<typeof recordOf> | undefined;
        const whole = value === undefined || (value.key === key && value.text === recordOf(key).text);
        expectThat(whole, `${key} has the record of another key: ${JSON.stringify(value)?.slice(0, 80)}`);
      }
    }
    return balance;
  },

  /** Two keys take turns in the same cell of a chain, now and then with the same value. */
  takeTurns(round: Round): number {
    const { map } = round;
    let laps = 0;
    do {
      for (const key of ['A', 'B']) {
        map.set(key, laps % 3 === 0 ? `only ${key}, and long enough for a record` : 'equal');
        map.delete(key);
      }
      laps++;
    } while (!round.isStopped);
    return laps;
  },

  /** Looks until it has found one of them often enough. */
  readTurns(round: Round): number {
    const { map, n } = round;
    let found = 0;
    for (let i = 0; found < n && i < 3e7; i++) {
      const key = i % 2 === 0 ? 'A' : 'B';
      const value = map.get(key);
      if (value === undefined) continue;
      found++;
      const own = value === 'equal' || value === `only ${key}, and long enough for a record`;
      expectThat(own, `${key} has what was never its value: ${value}`);
    }
    round.stop();
    return found;
  },

  /** Inserts and deletes a few keys of one chain. Returns, for each key, its inserts less its deletes. */
  churnFew(round: Round): number[] {
    const { map, n } = round;
    const balance = Array<number>(12).fill(0);
    for (let i = 0; i < n; i++) {
      const key = round.below(balance.length);
      if (round.below(2) === 0) {
        if (map.insert(key, i)) (balance[key] as number)++;
      } else if (map.delete(key)) (balance[key] as number)--;
    }
    return balance;
  },

  /** Updates keys of its own while others make the map grow: each update has to be there afterwards. */
  updateThroughGrowth({ map, index, n }: Round): void {
    const keys = Array.from({ length: 60 }, (_, i) => `key ${i} of thread ${index}`);
    for (let lap = 1; lap <= n; lap++) {
      for (const key of keys) {
        if (lap % 2 === 0) map.set(key, lap);
        else expectThat(map.add(key, 1) === lap, `${key} was updated in the lap before ${lap}`);
        expectThat(map.get(key) === lap, `${key} has the update of lap ${lap}`);
      }
    }
  },

  /** Reads keys that are there all the time, while others make the map grow. */
  readUntilStopped(round: Round): number {
    const { map, n } = round;
    let laps = 0;
    do {
      for (let key = 0; key < n; key++) {
        const value = map.get(key);
        expectThat(value === key, `${key} is there all the time, not ${value}`);
      }
      laps++;
    } while (!round.isStopped);
    return laps;
  },

  /** Adds fresh keys so that the map grows, then lets the readers go. */
  growThenStop(round: Round): void {
    const { map, n, index, threads, shared } = round;
    const from = shared[0] as number;
    for (let key = from + index; key < from + n; key += threads) map.set(key, key);
    if (Atomics.add(shared, 1, 1) === threads - 1) round.stop();
  },

  /** Adds keys that nobody else knows, until it is killed. */
  growUntilStopped(round: Round): number {
    let i = 0;
    for (; !round.isStopped; i++) round.map.set(`${round.index} ${i % round.n}`, i);
    return i;
  },

  /** Adds keys until a growth is under way, helps it for some writes, and is not heard of again. */
  helpAndHang(round: Round): void {
    const { map, index, shared } = round;
    for (let i = 0, more = -1; more !== 0; i++) {
      map.set(`${index} ${i}`, i);
      if (more > 0) more--;
      else if (map.stats().growing) more = 1 + round.below(60);
    }
    Atomics.add(shared, 0, 1);
    Atomics.wait(shared, 1, 0);
  },

  /** Writes one chain until it is killed. */
  hammerOneChain(round: Round): number {
    const { map, index } = round;
    let i = 0;
    for (; !round.isStopped; i++) {
      map.set(i % 9, `${index} ${i} ${'x'.repeat(i % 30)}`);
      if (i % 4 === 0) map.delete((i >> 2) % 9);
      map.add('sum', 1);
    }
    return i;
  },

  /** Reads one key and, with that in hand, writes another: two threads do so the other way round. */
  readThenWriteOther({ map, index, n }: Round): void {
    const [mine, other] = index % 2 === 0 ? ['alpha', 'beta'] : ['beta', 'alpha'];
    for (let i = 0; i < n; i++) {
      const steps = map.entries();
      steps.next();
      expectThat(typeof map.get(mine) === 'number', `${mine} is there`);
      map.set(other, i);
      while (!steps.next().done) map.add(other, 0);
    }
  },

  /** Many keys come and go, ten of them are there at a time. */
  churnLive({ map, index, n }: Round): void {
    for (let i = 0; i < n; i++) {
      expectThat(map.insert(`${index} ${i}`, i), `${i} is new`);
      if (i >= 10) expectThat(map.delete(`${index} ${i - 10}`), `${i - 10} is there`);
    }
    for (let i = Math.max(0, n - 10); i < n; i++) expectThat(map.delete(`${index} ${i}`), `${i} is there`);
  },

  /** Watches the size while others insert, delete and clear. */
  watchSize(round: Round): number {
    const { map, n } = round;
    let looks = 0;
    do {
      const size = map.size;
      expectThat(size >= 0 && size <= n, `a size of ${size}`);
      looks++;
    } while (!round.isStopped);
    return looks;
  },

  insertDeleteAndClear(round: Round): void {
    const { map, n } = round;
    for (let i = 0; i < n; i++) {
      for (let key = 0; key < 40; key++) map.insert(key, i);
      if (round.below(3) === 0) map.clear();
      else for (let key = 0; key < 40; key++) map.delete(key);
    }
    if (Atomics.add(round.shared, 0, 1) === round.threads - 1) round.stop();
  },

  /** Sees its own insert and delete in the size, whatever others replace. */
  seeOwnInSize(round: Round): void {
    const { map, n, shared } = round;
    const base = shared[0] as number;
    for (let i = 0; i < n; i++) {
      map.set('own', i);
      expectThat(map.size === base + 1, `size ${map.size} after its own set, not ${base + 1}`);
      map.delete('own');
      expectThat(map.size === base, `size ${map.size} after its own delete, not ${base}`);
    }
    round.stop();
  },
};
