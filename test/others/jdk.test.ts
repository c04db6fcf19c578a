import { SharedMap } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import { HASHES, mapWithHash } from '../internals.js';
import { Random } from '../random.js';
import { Crew, expectSound, sumOf } from './crew.js';

// The JDK's tests of ConcurrentHashMap, by behaviour: MapCheck, MapLoops, ConcurrentAssociateTest, ConcurrentContainsKeyTest,
// ToArray, WhiteBox.

const MiB = 2 ** 20;
const MOST = 32;

const crew = new Crew(MOST);
afterAll(() => crew.end());

describe.each(HASHES)('ConcurrentAssociateTest, %s hash', (hash) => {
  test.each([
    ['testPut', 'associateBySet'],
    ['testComputeIfAbsent', 'associateByComputed'],
    ['testMerge', 'associateByMerge'],
    ['testCompute', 'associateByUpdate'],
    ['testPutIfAbsent', 'associateByInsert'],
    ['testMerge, by add', 'associateByAdd'],
  ] as const)('%s: what a thread has put is there', async (_name, job) => {
    for (let lap = 0; lap < 16; lap++) {
      const map = mapWithHash<string, number>(hash, { key: 'string', value: 'number', maxBytes: 16 * MiB });
      await crew.run(map, [{ job, threads: 8, n: 128 }]);
      expect(map.size).toBe(8 * 128);
      for (let index = 0; index < 8; index++)
        for (let i = 0; i < 128; i++) expect(map.get(`an object of thread ${index}, number ${i}`)).toBe(i);
      expectSound(map);
      map.detach();
    }
  });
});

test('ConcurrentContainsKeyTest: sixteen keys of one chain are there, whoever else comes and goes', async () => {
  const map = mapWithHash<number, number>('constant', { key: 'number', value: 'number', maxBytes: 16 * MiB });
  for (let i = 0; i < 16; i++) map.set(i, i);
  const alone = [{ job: 'containsHeld', threads: 4, n: 16 * 32 * 64 }] as const;
  await crew.run(map, alone);
  expectSound(map);
  const groups = [
    { job: 'moveNeighbours', threads: 2, n: 0 },
    { job: 'containsBeside', threads: 3, n: 16 * 32 * 64 },
  ] as const;
  const results = await crew.run(map, groups, { shared: new SharedArrayBuffer(4) });
  expect(sumOf(results.slice(0, 2))).toBeGreaterThan(0);
  expect(map.size).toBe(16);
  expectSound(map);
});

describe('MapLoops: random walks that insert and, rarely, remove', () => {
  test.each([1, 2, 3, 4, 6, 8, 12, 16, 24, MOST])('%i threads', async (threads) => {
    const random = new Random(threads);
    const shared = new SharedArrayBuffer(4000);
    const keys = new Int32Array(shared);
    for (let i = 0; i < keys.length; i++) keys[i] = random.below(2 ** 31);
    const map = new SharedMap<number, number>({ key: 'number', value: 'number', maxBytes: 16 * MiB });
    const balance = sumOf(await crew.run(map, [{ job: 'walk', threads, n: 10_000 }], { shared }));
    expect(map.size).toBe(balance);
    expect(balance).toBeGreaterThan(0);
    for (const [key, value] of map) expect(value).toBe(key);
    expectSound(map);
    map.clear();
    expect(map.size).toBe(0);
    expectSound(map);
  });
});

test('MapCheck: every operation on present, absent and half-present keys of every kind', () => {
  const map = new SharedMap({ maxBytes: 64 * MiB });
  const size = 20_000;
  const keyOf = (i: number) =>
    i % 3 === 0 ? i : i % 3 === 1 ? `key ${i}, long enough for a record` : BigInt(i);
  const present = Array.from({ length: size }, (_, i) => keyOf(i));
  const absent = Array.from({ length: 2 * size }, (_, i) => keyOf(size + i));
  for (let lap = 0; lap < 2; lap++) {
    const count = (keys: (number | string | bigint)[], call: (key: number | string | bigint) => boolean) =>
      keys.filter(call).length;
    const put = (key: number | string | bigint) => map.insert(key, `${key}`);
    expect(count(present, put)).toBe(size);
    expect(count(present, put)).toBe(0);
    expect(count([...present, ...absent], (key) => map.has(key))).toBe(size);
    for (let i = 0; i < 4; i++) expect(count(present, (key) => map.get(key) === `${key}`)).toBe(size);
    expect(count(absent, (key) => map.get(key) !== undefined)).toBe(0);
    expect(count(absent, (key) => map.delete(key))).toBe(0);
    const half = present.filter((_, i) => i % 2 === 0);
    expect(count(half, (key) => map.delete(key))).toBe(size / 2);
    expect(count(present, put)).toBe(size / 2);
    expect([[...map.keys()], [...map.values()], [...map]].map(({ length }) => length)).toEqual([
      size,
      size,
      size,
    ]);
    // An entry that the iteration has shown is removed in the middle of it, and put back afterwards.
    const seen = new Set<unknown>();
    for (const key of map.keys()) {
      seen.add(key);
      if (seen.size === size / 2) {
        expect(map.delete(key)).toBe(true);
        expect(map.has(key)).toBe(false);
      }
    }
    expect([seen.size, map.size]).toEqual([size, size - 1]);
    expect(count(present, put)).toBe(1);
    // A copy is equal until one value is changed.
    const copy = new SharedMap({ maxBytes: 64 * MiB });
    for (const [key, value] of map) copy.set(key, value);
    expect(new Map(copy)).toEqual(new Map(map));
    copy.set(keyOf(size - 1), 'changed');
    expect([...copy].filter(([key, value]) => map.get(key) !== value)).toEqual([
      [keyOf(size - 1), 'changed'],
    ]);
    copy.clear();
    expect(copy.size).toBe(0);
    copy.detach();
    if (lap === 0) for (const key of map.keys()) map.delete(key);
    else map.clear();
    expect([map.size, [...map]]).toEqual([0, []]);
    expectSound(map);
  }
});

test('ToArray: lists of keys and values grow while others put, to exactly what was put', async () => {
  for (let lap = 0; lap < 5; lap++) {
    const threads = 2 + lap;
    const most = threads * 8192;
    const map = new SharedMap<number, number>({ key: 'number', value: 'number', maxBytes: 16 * MiB });
    let before = 0;
    const grown = (list: unknown[]) => {
      expect(list.length).toBeGreaterThanOrEqual(before);
      expect(list.length).toBeLessThanOrEqual(most);
      before = list.length;
    };
    await crew.during(map, [{ job: 'putUnique', threads, n: 8192 }], async (running) => {
      while (running.busy) {
        grown([...map.values()]);
        grown([...map.keys()]);
        await new Promise(setImmediate);
      }
    });
    grown([...map.values()]);
    expect(before).toBe(most);
    expectSound(map);
    map.detach();
  }
});

describe('WhiteBox', () => {
  test('defaultConstructor: no growth is under way in a new map', () => {
    expect(new SharedMap({ maxBytes: MiB }).stats()).toMatchObject({
      growing: false,
      growths: 0,
      nevacuate: 0,
    });
  });

  test('shouldNotResizeWhenInitialCapacityProvided', () => {
    for (let capacity = 1; capacity < 400; capacity += 7) {
      const map = new SharedMap<number, number>({ key: 'number', capacity, maxBytes: MiB });
      const { buckets } = map.stats();
      for (let i = 0; i < capacity; i++) {
        map.set(i * 100, i);
        expect(map.stats()).toMatchObject({ buckets, growths: 0, growing: false });
      }
      expectSound(map);
      map.detach();
    }
  });
});
