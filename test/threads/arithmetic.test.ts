import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import type { Work } from '../../workers/arithmetic-thread.js';

// Threads do arithmetic on a few keys that they share. Nothing of it is lost, and nothing is done twice.

const THREADS = 3;
const KEYS = 5;
const N = 4000;

type Plan = Pick<Work, 'wide' | 'most' | 'field'> & { readonly value: unknown };

/** Runs one job in all threads. Returns what each of them tells. */
async function run(map: object, job: Work['job'], { wide, most, field }: Plan): Promise<bigint[][]> {
  const { handle } = map as { handle: Work['handle'] };
  const runs = Array.from({ length: THREADS }, async (_, index) => {
    const workerData: Work = {
      handle,
      job,
      index,
      threads: THREADS,
      n: N,
      wide,
      most,
      ...(field && { field }),
    };
    const worker = new Worker(new URL('../../dist/workers/arithmetic-thread.js', import.meta.url), {
      workerData,
    });
    const ended = once(worker, 'exit'); // it may come with the message
    const [told] = (await once(worker, 'message')) as [bigint[]];
    await ended;
    return told;
  });
  return Promise.all(runs);
}

const plans: [string, Plan][] = [
  ['int32', { value: 'int32', wide: false, most: 2 ** 30 }],
  ['small bigints', { value: 'bigint', wide: true, most: 1000n }],
  // Some of these are records, some are not.
  ['bigints of all sizes', { value: 'bigint', wide: true, most: 2n ** 63n - 1n }],
  [
    'a field of 16 bits',
    { value: { a: 'int8', n: 'int16', z: 'float64' }, wide: false, most: 30_000, field: 'n' },
  ],
  ['a field of 64 bits', { value: { a: 'int8', n: 'bigint' }, wide: true, most: 2n ** 62n, field: 'n' }],
];

const WIDTHS: Record<string, number> = { int32: 32, 'a field of 16 bits': 16 };

function mapOf({ value }: Plan): SharedMap<number, unknown> {
  return new SharedMap({ key: 'int32', value, maxBytes: 16 * 2 ** 20 } as object) as never;
}

/** What a key has at the end, undefined for nothing. */
function read(map: SharedMap<number, unknown>, key: number, { field }: Plan): bigint | undefined {
  const value = map.get(key);
  if (value === undefined) return undefined;
  return BigInt((field === undefined ? value : (value as Record<string, unknown>)[field]) as number);
}

describe.each(plans)('%s', (name, plan) => {
  const width = WIDTHS[name] ?? 64;

  test('all that is added is there', async () => {
    const map = mapOf(plan);
    const told = await run(map, 'add', plan);
    for (let key = 0; key < KEYS; key++) {
      const sum = told.reduce((all, sums) => all + (sums[key] as bigint), 0n);
      expect(read(map, key, plan)).toBe(BigInt.asIntN(width, sum));
    }
    expect(map.check()).toEqual([]);
  });

  test('the most and the least of all are there', async () => {
    for (const [job, better] of [
      ['max', (a: bigint, b: bigint) => (a > b ? a : b)],
      ['min', (a: bigint, b: bigint) => (a < b ? a : b)],
    ] as const) {
      const map = mapOf(plan);
      const told = await run(map, job, plan);
      for (let key = 0; key < KEYS; key++) {
        expect(read(map, key, plan)).toBe(told.map((offered) => offered[key] as bigint).reduce(better));
      }
      expect(map.check()).toEqual([]);
    }
  });

  test('each thread alone turns its bits', async () => {
    const map = mapOf(plan);
    // An absent key would get all bits of the first `and`: each is there before.
    for (let key = 0; key < KEYS; key++) start(map, key, plan);
    await run(map, 'bits', plan);
    for (let key = 0; key < KEYS; key++) expect(read(map, key, plan)).toBe(2n ** BigInt(THREADS) - 1n);
    expect(map.check()).toEqual([]);
  });
});

function start(map: SharedMap<number, unknown>, key: number, { wide, field }: Plan): void {
  const or = map.or as (key: number, bits: unknown, field?: string) => unknown;
  or.call(map, key, wide ? 0n : 0, field);
}

test.each(plans.slice(1, 3))('%s: what is taken out was added', async (_name, plan) => {
  const map = mapOf(plan);
  const told = await run(map, 'addAndTake', plan);
  for (let key = 0; key < KEYS; key++) {
    const left = told.reduce((all, sums) => all + (sums[key] as bigint), 0n);
    expect(read(map, key, plan) ?? 0n).toBe(BigInt.asIntN(64, left));
  }
  expect(map.check()).toEqual([]);
});
