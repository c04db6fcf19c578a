import { SharedMap } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import { Crew, expectSound, sumOf } from './crew.js';

// xsync's map_test.go, by behaviour: the parallel tests.

const MiB = 2 ** 20;
const MOST = 16;

const numbers = (capacity = 0) =>
  new SharedMap<number, number>({ key: 'number', value: 'number', maxBytes: 64 * MiB, capacity });
const strings = () => new SharedMap<string, number>({ key: 'string', value: 'number', maxBytes: 64 * MiB });

/** A buffer for jobs that ask for one or two numbers. */
function told(...values: number[]): { shared: SharedArrayBuffer } {
  const shared = new SharedArrayBuffer(8);
  new Int32Array(shared).set(values);
  return { shared };
}

const crew = new Crew(MOST);
afterAll(() => crew.end());

describe.each([1, 2, MOST])('%i threads', (threads) => {
  test('ParallelResize: each adds keys of its own behind ten thousand', async () => {
    const map = numbers();
    for (let i = 0; i < 10_000; i++) map.set(i, i * 2);
    const before = map.stats().growths;
    await crew.run(map, [{ job: 'addOwnRange', threads, n: 5000 }]);
    expect(map.size).toBe(10_000 + threads * 5000);
    for (let i = 0; i < map.size; i++) if (map.get(i) !== i * 2) expect(map.get(i), `${i}`).toBe(i * 2);
    // A thread alone may come to its end before the next growth is due.
    expect(map.stats().growths).toBeGreaterThan(threads > 1 ? before : 0);
    expectSound(map);
  });

  test('ParallelResize_IntersectingKeys: all set the same keys', async () => {
    const map = numbers();
    for (let i = 0; i < 1000; i++) map.set(2 * i, 2 * i);
    await crew.run(map, [{ job: 'setAll', threads, n: 10_000 }]);
    expect(map.size).toBe(10_000);
    for (let i = 0; i < 10_000; i++) if (map.get(i) !== i) expect(map.get(i), `${i}`).toBe(i);
    expect(map.stats().growths).toBeGreaterThan(3);
    expectSound(map);
  });

  test('ParallelShrinking: all delete the same keys, each key has one that did', async () => {
    const map = numbers();
    for (let i = 0; i < 30_000; i++) map.set(i, i);
    const wins = await crew.run(map, [{ job: 'deleteAll', threads, n: 30_000 }]);
    expect(sumOf(wins)).toBe(30_000);
    expect(map.size).toBe(0);
    expectSound(map);
  });

  test('ParallelShrinking: the table is smaller afterwards', async () => {
    const map = numbers();
    for (let i = 0; i < 30_000; i++) map.set(i, i);
    const { B } = map.stats();
    await crew.run(map, [{ job: 'deleteAll', threads, n: 29_000 }]);
    expect(map.stats().shrinks).toBeGreaterThan(1);
    expect(map.stats().B).toBeLessThan(B - 1);
    for (let i = 29_000; i < 30_000; i++) expect(map.get(i)).toBe(i);
    expectSound(map);
  });

  test('ParallelRangeRelaxed: iterations beside writes show no key twice', async () => {
    const map = numbers();
    for (let i = 0; i < 4000; i++) map.set(i, i);
    const half = Math.max(1, threads >> 1);
    const laps = await crew.during(map, [{ job: 'setAndReplace', threads: half, n: 4000 }], async () => {
      for (let lap = 0; lap < 30; lap++) {
        const seen = new Set<number>();
        for (const [key, value] of map) {
          if (value !== key || seen.has(key))
            expect(`${key}: ${value}, again: ${seen.has(key)}`).toBe('once');
          seen.add(key);
        }
        // Each tenth is away now and then.
        for (let i = 0; i < 4000; i++) if (i % 10 !== 0 && !seen.has(i)) expect(`${i}`).toBe('seen');
        await new Promise(setImmediate);
      }
    });
    expect(sumOf(laps)).toBeGreaterThan(0);
    expectSound(map);
  });

  test('ParallelDeleteMatching: deletes by iteration, and inserts again, balance', async () => {
    const map = numbers();
    for (let i = 0; i < 2000; i++) map.set(i, i);
    const half = Math.max(1, threads >> 1);
    const groups = [
      { job: 'deleteMatching', threads: half, n: 6 },
      { job: 'insertAgain', threads: half, n: 6 },
    ] as const;
    const results = await crew.run(map, groups, told(2, 2000));
    const deleted = sumOf(results.slice(0, half));
    const inserted = sumOf(results.slice(half));
    expect(deleted).toBeGreaterThanOrEqual(1000);
    expect(map.size).toBe(2000 - deleted + inserted);
    for (let i = 1; i < 2000; i += 2) expect(map.get(i)).toBe(i);
    for (const [key, value] of map) expect(value).toBe(key);
    expectSound(map);
  });
});

test('DeleteMatching_ConcurrentResize: deletes by iteration while the map grows from its smallest', async () => {
  for (let lap = 0; lap < 12; lap++) {
    const map = numbers();
    for (let i = 0; i < 100; i++) map.set(i, i);
    const groups = [
      { job: 'insertAgain', threads: 8, n: 1 },
      { job: 'deleteMatching', threads: 8, n: 3 },
    ] as const;
    const results = await crew.run(map, groups, told(5, 1000));
    expect(map.size).toBe(100 + sumOf(results.slice(0, 8)) - sumOf(results.slice(8)));
    for (let i = 0; i < 1000; i++) if (i % 5 !== 0) expect(map.get(i)).toBe(i);
    expect(map.stats().growths).toBeGreaterThan(0);
    expectSound(map);
    map.detach();
  }
});

test('StoreThenParallelDelete: two delete everything, and nothing is below nothing', async () => {
  const map = numbers();
  for (let i = 0; i < 1000; i++) map.set(i, i);
  expect(sumOf(await crew.run(map, [{ job: 'deleteAll', threads: 2, n: 1000 }]))).toBe(1000);
  expect(map.size).toBe(0);
  expect(map.stats().buckets).toBeGreaterThanOrEqual(16);
  expectSound(map);
});

test('ParallelGrowth_GrowOnly: one grows by positive keys, one by negative ones', async () => {
  const n = 100_000;
  const map = numbers();
  await crew.run(map, [{ job: 'growSigned', threads: 2, n }]);
  expect(map.size).toBe(2 * n - 1);
  for (let i = -n + 1; i < n; i++) if (map.get(i) !== i) expect(map.get(i), `${i}`).toBe(i);
  expect(map.stats().growths).toBeGreaterThan(10);
  expectSound(map);
});

test('ParallelGrowth: two toss coins and store all or delete all', async () => {
  const map = strings();
  await crew.run(map, [{ job: 'storeOrDeleteAll', threads: 2, n: 600 }]);
  for (const [key, value] of map) expect(key).toBe(`${value}`);
  expect(map.size).toBeLessThanOrEqual(320);
  expectSound(map);
});

test('ParallelClear: two toss coins and store all or clear as often', async () => {
  const map = strings();
  await crew.run(map, [{ job: 'storeOrClearAll', threads: 2, n: 40 }]);
  for (const [key, value] of map) expect(key).toBe(`${value}`);
  expect(map.size).toBeLessThanOrEqual(300);
  expectSound(map);
});

test('ParallelStores: four store each other hundred keys', async () => {
  const map = strings();
  await crew.run(map, [{ job: 'storeEach', threads: 4, n: 2500 }]);
  expect(new Map(map)).toEqual(new Map(Array.from({ length: 100 }, (_, i) => [`${i}`, i])));
  expectSound(map);
});

describe.each([
  ['AtomicSnapshot', 100, 1, 1],
  ['ParallelStoresAndDeletes', 1000, 2, 0],
])('%s', (_name, keys, pairs, loaders) => {
  test('what is loaded was stored under that key, and the inserts balance the deletes', async () => {
    const map = strings();
    const n = 100_000;
    const groups = [
      { job: 'insertRandom', threads: pairs, n },
      { job: 'deleteRandom', threads: pairs, n },
      { job: 'loadAll', threads: loaders, n },
    ] as const;
    const balance = sumOf(await crew.run(map, groups, told(keys)));
    expect(map.size).toBe(balance);
    expectSound(map);
  });
});

test('ParallelComputes: four threads count four keys up, ten thousand times', async () => {
  const map = numbers();
  await crew.run(map, [{ job: 'computeFew', threads: 4, n: 10_000 }]);
  expect(new Map(map)).toEqual(new Map([0, 1, 2, 3].map((key) => [key, 40_000])));
  expectSound(map);
});

test('ParallelComputes: four threads count four keys up by functions, five thousand times', async () => {
  const map = numbers();
  await crew.run(map, [{ job: 'computeFewByUpdate', threads: 4, n: 5_000 }]);
  expect(new Map(map)).toEqual(new Map([0, 1, 2, 3].map((key) => [key, 20_000])));
  expectSound(map);
});

test('ParallelRange: beside one that stores all and one that deletes all, no key comes twice', async () => {
  const n = 10_000;
  const map = numbers(n);
  for (let i = 0; i < n; i++) map.set(i, i);
  const groups = [
    { job: 'setUntilStopped', threads: 1, n },
    { job: 'deleteUntilStopped', threads: 1, n },
  ] as const;
  let met = 0;
  const laps = await crew.during(map, groups, async () => {
    for (let lap = 0; lap < 40 || (met === 0 && lap < 20_000); lap++) {
      const seen = new Set<number>();
      for (const [key, value] of map) {
        if (value !== key || seen.has(key)) expect(`${key}: ${value}, again: ${seen.has(key)}`).toBe('once');
        seen.add(key);
      }
      met += seen.size;
      await new Promise(setImmediate);
    }
  });
  expect(sumOf(laps)).toBeGreaterThan(0);
  expect(met).toBeGreaterThan(0);
  expectSound(map);
});

test('DoesNotLoseEntriesOnResize: one fills and empties, others hold a key each', async () => {
  const map = new SharedMap<number, number[]>({ key: 'number', maxBytes: 64 * MiB });
  const results = await crew.run(map, [
    { job: 'fillAndEmpty', threads: 1, n: 600 },
    { job: 'holdOneKey', threads: 3, n: 0 },
  ]);
  for (const laps of results.slice(1)) expect(laps).toBeGreaterThan(0);
  expect(map.size).toBe(0);
  expectSound(map);
});
