import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { expect, test } from 'vitest';
import type { Work } from '../../workers/arithmetic-thread.js';
import { Random } from '../random.js';

// Threads are terminated in the middle of arithmetic: each addition was done or was not, those that were acknowledged were,
// and nothing is left in a dead thread's hand.

const KEYS = 5;
const THREADS = 2;
const ROUNDS = 8;
/** Odd, so that a sum tells how often it was added; large, so that every few sums are records. */
const STEP = 2n ** 61n + 1n;

/** How often STEP was added to 0, wrapping around. */
function times(sum: bigint): bigint {
  let inverse = 1n;
  for (let i = 0; i < 6; i++) inverse = BigInt.asUintN(64, inverse * (2n - STEP * inverse));
  return BigInt.asUintN(64, sum * inverse);
}

const plans = [
  ['a bigint', { value: 'bigint' }, undefined],
  ['a field of a record', { value: { on: 'boolean', n: 'bigint' } }, 'n'],
] as const;

test.each(plans)('%s', async (_name, options, field) => {
  const map = new SharedMap({
    key: 'int32',
    ...options,
    maxBytes: 4 * 2 ** 20,
  } as object) as unknown as SharedMap<number, unknown>;
  const ledger = new SharedArrayBuffer(THREADS * KEYS * 2 * 4);
  const words = new Int32Array(ledger);
  const random = new Random(9);
  const sumOf = (row: number, key: number): number =>
    Array.from({ length: THREADS }, (_, index) => words[(index * KEYS + key) * 2 + row] as number).reduce(
      (a, b) => a + b,
    );
  for (let round = 0; round < ROUNDS; round++) {
    const began = words.reduce((a, b) => a + b);
    const workers = Array.from({ length: THREADS }, (_, index) => {
      const workerData: Work = {
        handle: map.handle as unknown as Work['handle'],
        job: 'addForEver',
        index,
        threads: THREADS,
        n: 0,
        wide: true,
        most: STEP,
        ledger,
        ...(field && { field }),
      };
      return new Worker(new URL('../../dist/workers/arithmetic-thread.js', import.meta.url), { workerData });
    });
    // Both are at it before they end.
    while (words.reduce((a, b) => a + b) < began + 2000) await sleep(1);
    for (const worker of workers) {
      await sleep(random.below(4));
      const ended = once(worker, 'exit');
      void worker.terminate();
      await ended;
    }
    for (let key = 0; key < KEYS; key++) {
      const value = map.get(key);
      const sum = (field === undefined ? value : (value as { n: bigint } | undefined)?.n) ?? 0n;
      const done = times(sum as bigint);
      expect(done).toBeGreaterThanOrEqual(BigInt(sumOf(1, key)));
      expect(done).toBeLessThanOrEqual(BigInt(sumOf(0, key)));
    }
    expect(map.check()).toEqual([]);
  }
});
