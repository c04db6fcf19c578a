// What the threads of test/threads/set.test.ts do on one SharedSet, all at once.

import { parentPort, workerData } from 'node:worker_threads';
import { SharedSet, type SharedSetHandle } from 'threadmap';

export type SetValue = string | number | bigint;

export interface SetThreadData {
  readonly job: keyof typeof jobs;
  readonly handle: SharedSetHandle<SetValue>;
  /** Threads that are still to come; the last one starts all. */
  readonly missing: SharedArrayBuffer;
  readonly n: number;
  readonly seed: number;
}

/** A value of some kind, the same for the same number. */
export function setValue(i: number): SetValue {
  switch (i % 4) {
    case 0:
      return i;
    case 1:
      return `s${i}`;
    case 2:
      return `the value of a record ${i}`;
    default:
      return (BigInt(i) << 70n) + BigInt(i);
  }
}

/** Values that `churn` inserts and deletes. */
export const CHURNED = 24;

const { job, handle, missing, n, seed } = workerData as SetThreadData;
const set = SharedSet.attach(handle);

const jobs = {
  /** How many of n values this thread was the first to insert. */
  insert(): number {
    let first = 0;
    for (let i = 0; i < n; i++) if (set.insert(setValue(i))) first++;
    return first;
  },

  /** How many of them it was the one to delete. */
  delete(): number {
    let mine = 0;
    for (let i = 0; i < n; i++) if (set.delete(setValue(i))) mine++;
    return mine;
  },

  /** Inserts less deletes of each value, those that were told to have changed something. */
  churn(): number[] {
    const net = new Array<number>(CHURNED).fill(0);
    let random = seed;
    for (let round = 0; round < n; round++) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      const i = (random >>> 8) % CHURNED;
      if ((random >>> 30) % 2 === 0) net[i] = (net[i] as number) + Number(set.insert(setValue(i)));
      else net[i] = (net[i] as number) - Number(set.delete(setValue(i)));
    }
    return net;
  },

  /** Adds and deletes until it is terminated. */
  endless(): never {
    parentPort?.postMessage('begun');
    for (let i = 0; ; i++) {
      set.add(setValue(i % n));
      set.delete(setValue((i * 7) % n));
    }
  },
};

const waiting = new Int32Array(missing);
Atomics.sub(waiting, 0, 1);
Atomics.notify(waiting, 0);
for (let seen = Atomics.load(waiting, 0); seen > 0; seen = Atomics.load(waiting, 0))
  Atomics.wait(waiting, 0, seen);
parentPort?.postMessage(jobs[job]());
