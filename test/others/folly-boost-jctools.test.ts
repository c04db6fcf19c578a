import { SharedMap } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import { HASHES, mapWithHash } from '../internals.js';
import { Crew, expectSound, sumOf } from './crew.js';

// Stress tests with real threads of folly's ConcurrentHashMap, boost's concurrent_flat_map and JCTools' NonBlockingHashMap, by
// behaviour. What folly runs under its DeterministicSchedule and JCTools under Lincheck has its like in test/schedule.

const MiB = 2 ** 20;

const crew = new Crew(16);
afterAll(() => crew.end());

test('folly, ConcurrentInsertClear: threads insert keys of their own and clear in between', async () => {
  for (let lap = 0; lap < 3; lap++) {
    const map = new SharedMap<number, number>({ key: 'number', value: 'number', maxBytes: 64 * MiB });
    const clears = sumOf(await crew.run(map, [{ job: 'insertAndClear', threads: 16, n: 3000 }]));
    expect(clears).toBeGreaterThan(10);
    expect(map.size).toBeLessThanOrEqual(16 * 3000);
    for (const [key, value] of map) expect(value).toBe(key);
    expectSound(map);
    map.clear();
    expect([map.size, [...map]]).toEqual([0, []]);
    map.detach();
  }
});

describe.each(HASHES)('%s hash', (hash) => {
  test('folly, StressTestReclamation: what readers of an overwritten key in a chain see is whole', async () => {
    const map = mapWithHash<unknown, unknown>(hash, { maxBytes: 16 * MiB });
    for (let i = 0; i < 20; i++) map.set(`before ${i}`, `a neighbour ${i}`);
    map.set('middle', '0 0 ');
    for (let i = 0; i < 20; i++) map.set(`after ${i}`, `a neighbour ${i}`);
    const { bytesUsed } = map.stats();
    const groups = [
      { job: 'overwriteMiddle', threads: 4, n: 5000 },
      { job: 'readMiddle', threads: 12, n: 5000 },
    ] as const;
    await crew.run(map, groups);
    for (let i = 0; i < 20; i++) expect(map.get(`after ${i}`)).toBe(`a neighbour ${i}`);
    expect(map.size).toBe(41);
    // What was overwritten is free again: at most the last value is longer than the first.
    expect(map.stats().bytesUsed - bytesUsed).toBeLessThanOrEqual(2 * 65_536);
    expectSound(map);
  });

  test('JCTools, KeyAtomicityTest: what is replaced at one key is distinct and complete', async () => {
    const map = mapWithHash<number, number>(hash, { key: 'number', value: 'number', maxBytes: 16 * MiB });
    const [threads, n] = [8, 2000];
    const shared = new SharedArrayBuffer(4);
    const results = (await crew.run(map, [{ job: 'overwrite', threads, n }], { shared })) as number[][][];
    const seen = results.flatMap(([values]) => values as number[]);
    seen.push(map.get(0) as number);
    expect(seen.length).toBe(threads * n);
    expect(new Set(seen).size).toBe(threads * n);
    expect([Math.min(...seen), Math.max(...seen)]).toEqual([0, threads * n - 1]);
    expectSound(map);
  });
});

test('boost, interprocess: ten threads that start, add with a geometric distribution, and end', async () => {
  const map = new SharedMap<number, number>({ key: 'number', value: 'number', maxBytes: 16 * MiB });
  const n = 10_000;
  const crews = Array.from({ length: 5 }, () => new Crew(2));
  await Promise.all(
    crews.map(async (each) => {
      await each.run(map, [{ job: 'addGeometric', threads: 2, n }]);
      await each.end();
    }),
  );
  let sum = 0;
  for (const value of map.values()) sum += value;
  expect(sum).toBe(10 * n);
  expect(map.get(0)).toBeGreaterThan(n);
  expectSound(map);
});
