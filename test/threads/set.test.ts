import { Worker } from 'node:worker_threads';
import { SharedSet } from 'threadmap';
import { describe, expect, test } from 'vitest';
import type { SetThreadData, SetValue } from '../../workers/set-thread.js';

const THREADS = 4;
const CHURNED = 24;

const file = new URL('../../dist/workers/set-thread.js', import.meta.url);

/** Threads that begin one job together. */
function begin(set: SharedSet<SetValue>, job: SetThreadData['job'], n: number): Worker[] {
  const missing = new SharedArrayBuffer(4);
  new Int32Array(missing)[0] = THREADS;
  return Array.from({ length: THREADS }, (_, index) => {
    const workerData: SetThreadData = { job, handle: set.handle, missing, n, seed: index * 7919 + 1 };
    return new Worker(file, { workerData });
  });
}

async function answers<T>(workers: Worker[]): Promise<T[]> {
  return await Promise.all(
    workers.map(
      (worker) =>
        new Promise<T>((resolve, reject) => {
          let answer: T;
          worker.once('message', (message) => {
            answer = message;
          });
          worker.once('error', reject);
          worker.once('exit', () => resolve(answer));
        }),
    ),
  );
}

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

describe(`${THREADS} threads on one set`, () => {
  test('of an insert and of a delete, one thread hears that it was the one', async () => {
    const set = new SharedSet<SetValue>({ maxBytes: 2 ** 26 });
    const n = 30_000;
    expect(sum(await answers<number>(begin(set, 'insert', n)))).toBe(n);
    expect([set.size, [...set].length]).toEqual([n, n]);
    expect(set.check()).toEqual([]);
    expect(sum(await answers<number>(begin(set, 'delete', n)))).toBe(n);
    expect([set.size, [...set].length]).toEqual([0, 0]);
    expect(set.check()).toEqual([]);
  });

  test('inserts less deletes of a value are what is there in the end', async () => {
    const set = new SharedSet<SetValue>({ maxBytes: 2 ** 22 });
    const nets = await answers<number[]>(begin(set, 'churn', 60_000));
    const net = Array.from({ length: CHURNED }, (_, i) => sum(nets.map((of) => of[i] as number)));
    expect(net.every((n) => n === 0 || n === 1)).toBe(true);
    expect(set.size).toBe(sum(net));
    expect(set.check()).toEqual([]);
  });

  test('terminated in the middle, they leave a sound set', async () => {
    const set = new SharedSet<SetValue>({ maxBytes: 2 ** 24 });
    const n = 5000;
    for (let round = 0; round < 5; round++) {
      const workers = begin(set, 'endless', n);
      await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
      await Promise.all(workers.map((worker) => worker.terminate()));
      expect(set.stats().threads).toBe(1);
      expect(set.check()).toEqual([]);
      expect([...set].length).toBe(set.size);
    }
    for (const value of set) expect(set.delete(value)).toBe(true);
    expect(set.size).toBe(0);
  });
});
