// What the threads of test/threads do: one job each, on a map and some shared words that say when to begin and to end.

import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapCursor, type SharedMapHandle } from 'threadmap';

/** Words of the buffer that all threads of a test share. */
export const READY = 0;
export const GO = 1;
export const STOP = 2;
/** From here on for the job itself. */
export const FREE = 8;

export interface JobData {
  readonly job: keyof typeof jobs;
  readonly handle: SharedMapHandle<unknown, unknown>;
  readonly words: SharedArrayBuffer;
  readonly index: number;
  readonly threads: number;
  readonly n: number;
}

type Map = SharedMap<unknown, unknown>;

interface Job extends Omit<JobData, 'words' | 'handle'> {
  readonly map: Map;
  readonly words: Int32Array;
}

/** A key of some kind, the same for the same number. */
export function keyOf(i: number): unknown {
  switch (i % 5) {
    case 0:
      return i;
    case 1:
      return `s${i}`;
    case 2:
      return `the key of a record ${i}`;
    case 3:
      return (BigInt(i) << 70n) + BigInt(i); // V8 hashes the low digit alone: a Map of those with zeros there is slow
    default:
      return i % 500 === 4 ? 'K'.repeat(8000) + i : `Ж${i}`;
  }
}

/** A value that shows from which write it comes, and whether it is whole. */
export function valueAt(i: number, round: number): unknown {
  switch ((i + round) % 4) {
    case 0:
      return i + round;
    case 1:
      return `${i} ${round} ${'v'.repeat(i % 90)}`;
    case 2:
      return { i, round };
    default:
      return i % 200 === 3 ? 'w'.repeat(40_000 + i + round) : `${i}${round}`;
  }
}

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken: ${what}`);
}

function isStopped({ words }: Job): boolean {
  return Atomics.load(words, STOP) !== 0;
}

const jobs = {
  /** Adds to keys that all others add to. */
  addToShared({ map, n, index }: Job): number {
    let last = 0;
    for (let i = 0; i < n; i++) {
      const key = keyOf((i * 7 + index * 13) % 1000);
      expectThat(map.add(key, 1) >= 1, 'add returns at least what was added');
      if (i % 16 === 0) last = map.add('of all', 1);
    }
    return last;
  },

  /** Writes, changes and deletes keys of its own, and sees its own effects at once. */
  ownKeys({ map, n, index, threads }: Job): number {
    for (let round = 0; round < 2; round++) {
      for (let i = index; i < n; i += threads) {
        const key = keyOf(i);
        map.set(key, round === 0 ? -1 : i);
        expectThat(map.get(key) === (round === 0 ? -1 : i), `get(${i}) after set`);
      }
      for (let i = index; i < n; i += threads) {
        const key = keyOf(i);
        expectThat(map.has(key), `has(${i})`);
        if (i % 3 !== 0) continue;
        expectThat(map.delete(key), `delete(${i})`);
        expectThat(!map.has(key), `has(${i}) after delete`);
        if (round === 0) expectThat(map.insert(key, i), `insert(${i}) after delete`);
      }
    }
    return 0;
  },

  /** Competes with the others for each key: insert, compareAndSet and delete have one winner each. Returns its wins. */
  compete({ map, n, index }: Job): number[] {
    const wins = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const key = keyOf(i);
      if (map.insert(key, 'free')) wins[0]++;
      if (map.compareAndSet(key, 'free', `taken by ${index}`)) wins[1]++;
    }
    for (let i = 0; i < n; i++) if (i % 2 === 0 && map.delete(keyOf(i))) wins[2]++;
    return wins;
  },

  /** As compete, without deletes: over all threads each key is won exactly once in each way. */
  claim({ map, n, index }: Job): number[] {
    const wins = [0, 0];
    for (let i = 0; i < n; i++) {
      const key = keyOf(i);
      if (map.insert(key, i)) wins[0]++;
      if (map.compareAndSet(key, i, `taken by ${index}`)) wins[1]++;
    }
    return wins;
  },

  /** Counts by get and compareAndSet alone. */
  countByCompare({ map, n }: Job): number {
    let attempts = 0;
    for (let i = 0; i < n; i++) {
      for (;;) {
        attempts++;
        const text = map.get('text') as string;
        if (map.compareAndSet('text', text, `${Number(text.split(':')[0]) + 1}:${'x'.repeat(i % 50)}`)) break;
      }
    }
    return attempts;
  },

  /** Sets and deletes keys of its own, more and more of them, until it is told to stop. */
  churn(job: Job): number {
    const { map, index, threads, n } = job;
    let steps = 0;
    for (; !isStopped(job); steps++) {
      // More and more keys, up to a number that the test's laps can still visit.
      const i = n + ((steps * 7) % Math.min(1000 + (steps >> 2), 20_000)) * threads + index;
      if (steps % 3 === 2) map.delete(keyOf(i));
      else map.set(keyOf(i), valueAt(i, steps % 5));
    }
    return steps;
  },

  /** As churn, with a rest between two changes: for chains so long that a listing takes its time. */
  slowChurn(job: Job): number {
    let steps = 0;
    for (; !isStopped(job); steps++) {
      const key = job.n + (steps % 50) * job.threads + job.index;
      if (steps % 3 === 2) job.map.delete(key);
      else job.map.set(key, steps);
      if (steps % 4 === 0) Atomics.wait(job.words, STOP, 0, 1);
    }
    return steps;
  },

  /** Reads keys that are always there and changed by others: each value is one that was written, and whole. */
  readStable(job: Job): number {
    let reads = 0;
    for (; !isStopped(job); reads++) {
      const i = reads % job.n;
      const value = job.map.get(keyOf(i));
      const isOne = [0, 1, 2, 3].some((round) => JSON.stringify(valueAt(i, round)) === JSON.stringify(value));
      expectThat(isOne, `key ${i} has a value that nobody wrote: ${JSON.stringify(value)?.slice(0, 80)}`);
    }
    return reads;
  },

  /** Changes the keys that others read. */
  changeStable(job: Job): number {
    let steps = 0;
    for (; !isStopped(job); steps++) {
      const i = (steps * 31) % job.n;
      job.map.set(keyOf(i), valueAt(i, steps % 4));
      if (steps % 2 === 0) job.map.set(`more ${job.index} ${steps % 50_000}`, steps);
    }
    return steps;
  },

  /** Writes plain memory, then the map: numbers if `n` is even, else records. */
  tell({ map, n, words }: Job): number {
    for (let i = 1; i <= n; i++) {
      words[FREE] = i;
      if (n % 2 === 0) map.set('told', i);
      else map.set('told', { text: 'of some length', i });
      if (i % 64 === 0) map.set(`more ${i}`, i);
    }
    Atomics.store(words, STOP, 1);
    return n;
  },

  /** What it sees in the map it must see in plain memory, too. */
  listen(job: Job): number {
    let seen = 0;
    while (!isStopped(job)) {
      const told = job.map.get('told') as number | { i: number } | undefined;
      if (told === undefined) continue;
      const i = typeof told === 'number' ? told : told.i;
      expectThat((job.words[FREE] as number) >= i, `told ${i}, plain memory has ${job.words[FREE]}`);
      expectThat(i >= seen, `told ${i} after ${seen}`);
      if (i !== seen) seen = i;
    }
    return seen;
  },

  /** Clears without end. */
  clearAgain(job: Job): number {
    let steps = 0;
    for (; !isStopped(job); steps++) {
      job.map.set(`mine ${job.index}`, steps);
      job.map.clear();
      Atomics.wait(job.words, STOP, 0, 1);
    }
    return steps;
  },

  /** Writes and deletes while others clear. */
  writeUnderClears(job: Job): number {
    const { map, index } = job;
    let steps = 0;
    for (; !isStopped(job); steps++) {
      const i = (steps * 7 + index) % 5000;
      if (steps % 5 === 4) map.delete(keyOf(i));
      else map.set(keyOf(i), valueAt(i, steps % 4));
      if (steps % 9 === 0) expectThat(map.add(`number ${i}`, 1) >= 1, 'add after a clear counts from 0');
      expectThat(map.size >= 0, 'size is negative');
    }
    return steps;
  },

  /** Number keys from `n` on come, and some go again, so that the table grows. */
  comeAndGo(job: Job): number {
    let steps = 0;
    for (; !isStopped(job); steps++) {
      const key = job.n + steps;
      job.map.set(key, steps);
      if (steps % 3 !== 0) job.map.delete(key - 1);
      if (steps % 20 === 0) Atomics.wait(job.words, STOP, 0, 1);
    }
    return steps;
  },

  /** The keys of this thread's part, with values that belong to them as long as nobody changes them. */
  takePart({ map, n, index, threads }: Job): unknown[] {
    const keys: unknown[] = [];
    for (const [key, value] of map.partition(index, threads)) {
      if ((key as number) < n) expectThat(value === key, `${key} has ${value}`);
      keys.push(key);
    }
    return keys;
  },

  /** Takes turns with others at one cursor, which lies in the map itself; returns the keys that this thread has listed. */
  passCursor({ map, index, threads }: Job): unknown[] {
    const keys: unknown[] = [];
    for (let turn = index; ; turn += threads) {
      for (let waits = 0; map.get('turn') !== turn; waits++) {
        if ((map.get('cursor') as SharedMapCursor).done) return keys;
        expectThat(waits < 1e8, 'the others have stopped');
      }
      const { entries, cursor } = map.scan(map.get('cursor') as SharedMapCursor, 40);
      for (const [key] of entries) keys.push(key);
      map.set('cursor', cursor);
      map.set('turn', turn + 1);
    }
  },

  /** Writes structured values that say of which key and of which write they are, `n` keys in turn. */
  writeVersions(job: Job): number {
    const { map, index, threads, n } = job;
    let version = 0;
    while (!isStopped(job)) {
      version++;
      for (let key = index; key < n; key += threads) {
        map.set(key, { key, version, again: `${key} ${version}`.padEnd(key % 7 === 0 ? 400 : 40) });
        if (key % 5 === 0 && version % 3 === 0) map.delete(key);
      }
    }
    return version;
  },

  /** Reads them, keeping what it decodes: no version after a later one, and no value of another key. */
  readVersions(job: Job): number {
    const { n, index } = job;
    const { handle } = job.map;
    job.map.detach();
    const map: Map = SharedMap.attach(handle, { cacheValues: index % 2 === 0 ? n : 5 });
    const last: number[] = [];
    let same = 0;
    while (!isStopped(job)) {
      for (let key = 0; key < n; key++) {
        const value = map.get(key) as { key: number; version: number; again: string } | undefined;
        if (value === undefined) continue;
        expectThat(value.key === key, `${key} has the value of ${value.key}`);
        expectThat(value.again.trimEnd() === `${key} ${value.version}`, `${key} has a torn value`);
        expectThat(value.version >= (last[key] ?? 0), `${key} went back to ${value.version}`);
        expectThat(Object.isFrozen(value), 'a kept value is not frozen');
        last[key] = value.version;
        if (map.get(key) === value) same++;
      }
    }
    return same;
  },
};

if (parentPort !== null && (workerData as Partial<JobData> | null)?.job !== undefined) {
  const data = workerData as JobData;
  const words = new Int32Array(data.words);
  const map: Map = SharedMap.attach(data.handle);
  Atomics.add(words, READY, 1);
  Atomics.notify(words, READY);
  Atomics.wait(words, GO, 0);
  parentPort.postMessage(jobs[data.job]({ ...data, map, words }));
}
