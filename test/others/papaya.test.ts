import type { SharedMap } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import { HASHES, type Hash, mapWithHash } from '../internals.js';
import { Random } from '../random.js';
import { Crew, expectSound, sumOf } from './crew.js';

// papaya's tests/stress.rs, by behaviour. There each test runs with several ways to resize; here with good and bad hashes:
// with bad ones chains are long, and every write moves and compacts them.

const MiB = 2 ** 20;
const THREADS = 4;

const crew = new Crew(THREADS);
afterAll(() => crew.end());

const mapOf = (hash: Hash): SharedMap<number, number> =>
  mapWithHash(hash, { key: 'number', value: 'number', maxBytes: 64 * MiB });

/** A buffer with the numbers that a job asks for. */
function told(...values: number[]): { shared: SharedArrayBuffer } {
  const shared = new SharedArrayBuffer(4 * values.length);
  new Int32Array(shared).set(values);
  return { shared };
}

describe.each(HASHES)('%s hash', (hash) => {
  // Chains of a bad hash take time in proportion to the square of what is in them.
  const entries = (good: number) => (hash === 'real' ? good : Math.min(good, 1000));

  test('contains_key_stress: all that was inserted is there, for all', async () => {
    const map = mapOf(hash);
    const n = entries(2 ** 15);
    for (let key = 0; key < n; key++) map.set(key, key);
    await crew.run(map, [{ job: 'containsAll', threads: THREADS, n }]);
    expect(map.size).toBe(n);
    expectSound(map);
  });

  test('insert_stress: keys that each thread makes for itself', async () => {
    const map = mapOf(hash);
    const n = entries(2 ** 13);
    await crew.run(map, [{ job: 'insertFresh', threads: THREADS, n }]);
    expect(map.size).toBe(n * THREADS);
    for (const [key, value] of map) expect(value).toBe(key);
    expectSound(map);
  });

  test('insert_overwrite_stress: each value is overwritten by exactly one other', async () => {
    const map = mapOf(hash);
    const [keys, n] = [entries(64), entries(200)];
    const results = await crew.run(map, [{ job: 'overwrite', threads: THREADS, n }], {
      shared: new SharedArrayBuffer(keys * 4),
    });
    for (let key = 0; key < keys; key++) {
      const seen = (results as number[][][]).flatMap((each) => each[key] as number[]);
      seen.push(map.get(key) as number);
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: n * THREADS }, (_, i) => i));
    }
    expect(map.size).toBe(keys);
    expectSound(map);
  });

  test.each([
    ['update_stress', true, 'updateShuffled'],
    ['update_or_insert_stress', false, 'updateShuffled'],
    ['update_stress, by add', true, 'addShuffled'],
    ['update_or_insert_stress, by add', false, 'addShuffled'],
  ] as const)('%s: every count arrives', async (_name, prefilled, job) => {
    const map = mapOf(hash);
    const [keys, n] = [256, entries(200)];
    if (prefilled) for (let key = 0; key < keys; key++) map.set(key, 0);
    await crew.run(map, [{ job, threads: THREADS, n }], told(keys));
    for (let key = 0; key < keys; key++) expect(map.get(key)).toBe(n * THREADS);
    expect(map.size).toBe(keys);
    expectSound(map);
  });

  test.each([
    ['remove_update_or_insert_stress', 'updateOrTake'],
    ['conditional_remove_update_or_insert_stress', 'updateOrDeleteOdd'],
    ['remove_if_update_or_insert_stress', 'updateOrDeleteIfOdd'],
  ] as const)('%s: what is counted is there, or was taken away once', async (_name, job) => {
    const map = mapOf(hash);
    const balances = await crew.run(map, [{ job, threads: THREADS, n: entries(200) }], told(64));
    expect(sumOf([...map.values()])).toBe(sumOf(balances));
    expectSound(map);
  });

  test('update_insert_stress: counts arrive while another thread makes the map grow', async () => {
    const map = mapOf(hash);
    const keys = entries(2 ** 11);
    for (let key = 0; key < keys; key++) map.set(key, 0);
    const more = keys * 4;
    const groups = [
      { job: 'addShuffled', threads: THREADS - 1, n: 8 },
      { job: 'insertUnrelated', threads: 1, n: more },
    ] as const;
    await crew.run(map, groups, told(keys));
    for (let key = 0; key < keys; key++) expect(map.get(key)).toBe(8 * (THREADS - 1));
    for (let key = keys; key < keys + more; key++) expect(map.get(key)).toBe(-1);
    expect(map.size).toBe(keys + more);
    expectSound(map);
  });

  test('insert_remove_stress: what is taken away is put back', async () => {
    const map = mapOf(hash);
    for (let key = 0; key < 128; key++) map.set(key, key);
    const replaced = await crew.run(map, [{ job: 'insertOrReplace', threads: THREADS, n: entries(200) }]);
    expect(sumOf(replaced)).toBeGreaterThan(0);
    expect(map.size).toBe(256);
    for (let key = 0; key < 256; key++) expect(map.get(key)).toBe(key);
    expectSound(map);
  });

  test('remove_mixed_stress: no update brings back what is deleted, while the map grows', async () => {
    for (let lap = 0; lap < 3; lap++) {
      const map = mapOf(hash);
      const n = entries(2 ** 12);
      for (let key = 0; key < n; key++) map.set(key, 0);
      const groups = [
        { job: 'updateWhilePresent', threads: THREADS - 2, n },
        { job: 'deleteForGood', threads: 1, n },
        { job: 'insertUnrelated', threads: 1, n },
      ] as const;
      await crew.run(map, groups, told(n));
      for (let key = 0; key < n; key++) if (map.has(key)) expect(`${key} is back`).toBe('gone');
      for (let key = n; key < 2 * n; key++) if (map.get(key) !== -1) expect(map.get(key), `${key}`).toBe(-1);
      expect(map.size).toBe(n);
      expectSound(map);
      map.detach();
    }
  });

  test('insert_remove_chunk_stress: keys of its own come and go', async () => {
    const map = mapOf(hash);
    for (let lap = 0; lap < 3; lap++) {
      await crew.run(map, [{ job: 'insertAndDeleteChunk', threads: THREADS, n: entries(2 ** 12) }]);
      expect([map.size, [...map]]).toEqual([0, []]);
    }
    expectSound(map);
  });

  test('mixed_chunk_stress: keys of its own through all operations', async () => {
    const map = mapOf(hash);
    const n = entries(2 ** 12);
    await crew.run(map, [{ job: 'mixChunk', threads: THREADS, n }]);
    expect(map.size).toBe(n * THREADS);
    for (let key = 0; key < n * THREADS; key++)
      if (map.get(key) !== key + 1) expect(map.get(key)).toBe(key + 1);
    expectSound(map);
  });

  test('mixed_entry_stress: each key through all operations, again and again', async () => {
    const map = mapOf(hash);
    await crew.run(map, [{ job: 'mixEntries', threads: THREADS, n: entries(2 ** 10) }]);
    expect(map.size).toBe(0);
    expectSound(map);
  });

  test('clear_stress: fresh keys while another thread clears', async () => {
    const map = mapOf(hash);
    for (let lap = 0; lap < 3; lap++) {
      const groups = [
        { job: 'setFresh', threads: THREADS - 1, n: entries(2 ** 12) },
        { job: 'clearTimes', threads: 1, n: 80 },
      ] as const;
      await crew.run(map, groups);
      for (const [key, value] of map) expect(value).toBe(key);
      expectSound(map);
      map.clear();
      expect([map.size, [...map]]).toEqual([0, []]);
    }
    expectSound(map);
  });

  test('retain_stress: every entry is looked at while others insert, and none is lost', async () => {
    const map = mapOf(hash);
    const n = entries(2 ** 12);
    const groups = [
      { job: 'insertFresh', threads: THREADS - 1, n },
      { job: 'retainAll', threads: 1, n: 20 },
    ] as const;
    await crew.run(map, groups);
    expect(map.size).toBe(n * (THREADS - 1));
    expectSound(map);
  });

  test('everything: present and absent keys, one thread', () => {
    const map = mapOf(hash);
    const size = entries(2 ** 14);
    const random = new Random(size);
    const all = Array.from({ length: 3 * size }, (_, key) => key);
    for (let i = all.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [all[i], all[j]] = [all[j] as number, all[i] as number];
    }
    const present = all.slice(0, size);
    const absent = all.slice(size);
    const count = (keys: number[], call: (key: number) => boolean) => keys.filter(call).length;
    const put = (key: number) => {
      const fresh = !map.has(key);
      map.set(key, key);
      return fresh;
    };
    expect(count(present, put)).toBe(size);
    expect(count(present, put)).toBe(0);
    expect(count(all, (key) => map.has(key))).toBe(size);
    expect(count(present, (key) => map.has(key))).toBe(size);
    expect(count(absent, (key) => map.has(key))).toBe(0);
    expect(count(present, (key) => map.get(key) === key)).toBe(size);
    expect(count(absent, (key) => map.get(key) !== undefined)).toBe(0);
    expect(count(absent, (key) => map.delete(key))).toBe(0);
    const half = present.filter((_, i) => i % 2 === 0);
    expect(count(half, (key) => map.delete(key))).toBe(half.length);
    expect(count(present, put)).toBe(half.length);
    expect([[...map.keys()], [...map.values()], [...map]].map(({ length }) => length)).toEqual([
      size,
      size,
      size,
    ]);
    expectSound(map);
  });
});
